import type { KafkaBroker, ProducerIdentity, Protocol } from './kafka-cluster';
import { fetchError } from './kafka-errors';

const INIT_PRODUCER_ID = 22;
/** The client's own request stops at version 1, which cannot say who asks (KIP-360). */
const VERSION = 4;
const NO_PRODUCER: ProducerIdentity = { producerId: '-1', producerEpoch: -1 };
const NO_TAGS = 0;

/** What a transaction coordinator is asked. */
export interface InitProducerIdRequest {
  transactionalId: string;
  transactionTimeoutMs: number;
  /** Who asks for a new epoch: it is fenced when another one has asked meanwhile. Null fences whoever there is. */
  current: ProducerIdentity | null;
}

interface Answer extends ProducerIdentity {
  /** The name under which the client looks for it. */
  clientSideThrottleTime: number;
  errorCode: number;
}

/** Asks for a producer id and epoch of a transactional id. Rejects as the client's requests do. */
export async function sendInitProducerId(
  coordinator: KafkaBroker,
  request: InitProducerIdRequest,
): Promise<ProducerIdentity> {
  const protocol: Protocol<Answer> = {
    request: {
      apiKey: INIT_PRODUCER_ID,
      apiVersion: VERSION,
      apiName: 'InitProducerId',
      encode: async () => encode(request),
    },
    response: { decode: async (payload) => decode(payload), parse: async (answer) => answer },
  };
  const { errorCode, producerId, producerEpoch } = await coordinator.connectionPool.send(protocol);
  if (errorCode !== 0) throw fetchError(errorCode);
  return { producerId, producerEpoch };
}

/** The client takes its own encoders only; it looks at these two of their properties. */
function encode({ transactionalId, transactionTimeoutMs, current }: InitProducerIdRequest): {
  buf: Buffer;
  buffer: Buffer;
} {
  const id = Buffer.from(transactionalId, 'utf8');
  const { producerId, producerEpoch } = current ?? NO_PRODUCER;
  const numbers = Buffer.alloc(15);
  numbers.writeInt32BE(transactionTimeoutMs, 0);
  numbers.writeBigInt64BE(BigInt(String(producerId)), 4);
  numbers.writeInt16BE(producerEpoch, 12);
  numbers.writeUInt8(NO_TAGS, 14);
  // The header's tags, then the id after its length, counted from 1.
  const buffer = Buffer.concat([Buffer.from([NO_TAGS]), unsignedVarint(id.length + 1), id, numbers]);
  return { buf: buffer, buffer };
}

/** Seven bits a byte, the lowest first. */
function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

function decode(bytes: Buffer): Answer {
  // After the header's tags.
  return {
    clientSideThrottleTime: bytes.readInt32BE(1),
    errorCode: bytes.readInt16BE(5),
    producerId: String(bytes.readBigInt64BE(7)),
    producerEpoch: bytes.readInt16BE(15),
  };
}
