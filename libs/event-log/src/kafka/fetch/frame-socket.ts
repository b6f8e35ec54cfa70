import type { ISocketFactory } from 'kafkajs';
import { connect as connectTcp, isIP, type OnReadOpts } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { FrameMemory } from './frame-memory';

const SIZE_BYTES = 4;
/** Larger than any answer to a fetch; what is said to be larger is not the protocol. */
const MAX_FRAME_BYTES = 256 * 1024 * 1024;
const KEEP_ALIVE_MS = 60_000;

/**
 * Sockets for the client that read every answer of a broker straight into one piece of memory, and emit it whole: the client's own
 * get it in hundreds of pieces, which it copies together. Encrypted ones, which decrypt in small pieces, are as the client's own.
 */
export function frameSockets(memory: FrameMemory): ISocketFactory {
  return ({ host, port, ssl, onConnect }) => {
    // A certificate is for a name; an address has none. The client says nothing where encryption is off.
    const name = isIP(host) ? {} : { servername: host };
    const encrypted: object | null = ssl;
    const socket = encrypted
      ? connectTls({ host, port, ...name, ...encrypted }, onConnect)
      : connectTcp({ host, port, onread: readFrames(memory, (frame) => emit(frame)) }, onConnect);
    const emit = (frame: Buffer | null): void => {
      if (frame) socket.emit('data', frame);
      else socket.destroy(new Error('What the broker answers is not the protocol of Kafka'));
    };
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return socket;
  };
}

/** @param onFrame gets a whole frame, or null for what cannot be one */
function readFrames(memory: FrameMemory, onFrame: (frame: Buffer | null) => void): OnReadOpts {
  const reader = new FrameReader(memory);
  return {
    buffer: () => reader.room,
    callback: (bytes) => {
      const isFrame = reader.fill(bytes);
      const frame = reader.take();
      if (!isFrame || frame) onFrame(frame);
      return true;
    },
  };
}

/** Puts frames together: the size of what follows, in four bytes, and that. */
export class FrameReader {
  private readonly size = Buffer.alloc(SIZE_BYTES);
  private frame: Buffer = this.size;
  private at = 0;

  constructor(private readonly memory: FrameMemory) {}

  /** Where the next bytes belong; never empty. */
  get room(): Buffer {
    return this.frame.subarray(this.at);
  }

  /** Notes that so many bytes have come into the room. False when they cannot be frames. */
  fill(bytes: number): boolean {
    this.at += bytes;
    if (this.frame !== this.size || this.at < SIZE_BYTES) return true;
    const length = this.size.readInt32BE(0);
    if (length < 0 || length > MAX_FRAME_BYTES) {
      this.at = 0;
      return false;
    }
    this.frame = this.memory.take(SIZE_BYTES + length);
    this.size.copy(this.frame);
    return true;
  }

  /** The frame that has become whole, size and all, once; else null. */
  take(): Buffer | null {
    const { frame } = this;
    if (frame === this.size || this.at < frame.length) return null;
    this.frame = this.size;
    this.at = 0;
    return frame;
  }
}
