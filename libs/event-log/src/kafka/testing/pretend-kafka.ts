import { encodeBatch, plainRecord } from './encode-batch';
import { PretendNode } from './pretend-node';
import { Wire } from './wire';

export const TOPIC = 'orders';

const API = { fetch: 1, listOffsets: 2, metadata: 3, apiVersions: 18 };
/** The newest version of each that is spoken here. */
const VERSIONS = [
  [API.fetch, 11],
  [API.listOffsets, 1],
  [API.metadata, 1],
  [API.apiVersions, 2],
] as const;
const ERROR = { outOfRange: 1, notLeader: 6 };
const EARLIEST = -2;
const LATEST = -1;

interface StoredBatch {
  firstOffset: number;
  nextOffset: number;
  bytes: Buffer;
}

/** One partition's log as its leader has it. */
export class PretendPartition {
  leader = 0;
  start = 0;
  end = 0;
  batches: StoredBatch[] = [];
  /** An error code for every fetch, or 0. */
  error = 0;
  /** Offsets of the fetches that were answered with records. */
  readonly served: number[] = [];

  /** Appends the texts as the values of one batch. */
  async append(...values: readonly string[]): Promise<void> {
    const records = values.map((value, index) => plainRecord(index, Buffer.from(value)));
    this.appendBytes(await encodeBatch({ firstOffset: this.end, records }), values.length);
  }

  appendBytes(bytes: Buffer, offsets: number): void {
    this.batches.push({ firstOffset: this.end, nextOffset: this.end + offsets, bytes });
    this.end += offsets;
  }

  /** Drops what is below the offset. */
  dropBelow(offset: number): void {
    this.start = offset;
    this.batches = this.batches.filter(({ nextOffset }) => nextOffset > offset);
  }

  /** Begins anew, as a topic does that was deleted and made again. */
  replace(): void {
    this.start = 0;
    this.end = 0;
    this.batches = [];
  }

  /** Whole batches from the one with the offset on, within the bytes unless the first is larger. */
  read(offset: number, maxBytes: number): Buffer {
    const found: Buffer[] = [];
    let room = maxBytes;
    for (const { nextOffset, bytes } of this.batches) {
      if (nextOffset <= offset) continue;
      if (found.length > 0 && bytes.length > room) break;
      found.push(bytes);
      room -= bytes.length;
    }
    return Buffer.concat(found);
  }
}

/** As much of a Kafka cluster as reading sees, over TCP and in the protocol's bytes: one topic, and logs in memory. */
export class PretendKafka {
  readonly nodes: PretendNode[];
  readonly partitions: PretendPartition[];
  topicExists = true;
  /** Nodes that take fetches and never answer them. */
  readonly silent = new Set<number>();
  /** No node answers anything. */
  isMute = false;

  private constructor(nodes: number, partitions: number) {
    this.nodes = Array.from({ length: nodes }, (_, id) => new PretendNode(id, this));
    this.partitions = Array.from({ length: partitions }, () => new PretendPartition());
    this.partitions.forEach((partition, index) => {
      partition.leader = index % nodes;
    });
  }

  static async start(nodes: number, partitions: number): Promise<PretendKafka> {
    const kafka = new PretendKafka(nodes, partitions);
    await Promise.all(kafka.nodes.map((node) => node.start()));
    return kafka;
  }

  get brokers(): string[] {
    return this.nodes.map(({ port }) => `127.0.0.1:${port}`);
  }

  partition(index: number): PretendPartition {
    const partition = this.partitions[index];
    if (!partition) throw new RangeError(`no partition ${index}`);
    return partition;
  }

  node(id: number): PretendNode {
    const node = this.nodes[id];
    if (!node) throw new RangeError(`no node ${id}`);
    return node;
  }

  async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
  }

  async answer(node: number, apiKey: number, body: Wire): Promise<Buffer | null> {
    if (this.isMute) return null;
    if (apiKey === API.apiVersions) return this.apiVersions();
    if (apiKey === API.metadata) return this.metadata();
    if (apiKey === API.listOffsets) return this.listOffsets(body);
    if (apiKey === API.fetch) return this.silent.has(node) ? null : this.fetch(node, body);
    throw new Error(`request ${apiKey} is not spoken here`);
  }

  private apiVersions(): Buffer {
    const wire = new Wire().int16(0);
    return wire.array(VERSIONS, ([key, max]) => wire.int16(key).int16(0).int16(max)).int32(0).content;
  }

  private metadata(): Buffer {
    const wire = new Wire();
    wire.array(this.nodes, ({ id, port }) => wire.int32(id).string('127.0.0.1').int32(port).int16(-1)).int32(0);
    return wire.array(this.topicExists ? [TOPIC] : [], (topic) => {
      wire.int16(0).string(topic).int8(0);
      wire.array([...this.partitions.entries()], ([index, { leader }]) => {
        wire.int16(0).int32(index).int32(leader).int32(1).int32(leader).int32(1).int32(leader);
      });
    }).content;
  }

  private listOffsets(body: Wire): Buffer {
    body.readInt32();
    const topics = body.readArray(() => ({
      topic: body.readString(),
      partitions: body.readArray(() => ({ index: body.readInt32(), time: body.readInt64() })),
    }));
    const wire = new Wire();
    return wire.array(topics, ({ topic, partitions }) => {
      wire.string(topic).array(partitions, ({ index, time }) => {
        const { start, end } = this.partition(index);
        const offset = time === EARLIEST ? start : time === LATEST ? end : -1;
        wire.int32(index).int16(0).int64(-1).int64(offset);
      });
    }).content;
  }

  private async fetch(node: number, body: Wire): Promise<Buffer> {
    body.skip(4);
    const maxWaitMs = body.readInt32();
    body.skip(4);
    const maxBytes = body.readInt32();
    body.skip(9);
    const [asked] = body.readArray(() => ({
      topic: body.readString(),
      partitions: body.readArray(() => ({
        index: body.readInt32(),
        offset: body.skip(4).readInt64(),
        maxBytes: body.skip(8).readInt32(),
      })),
    }));
    const partitions = asked?.partitions ?? [];
    const deadline = Date.now() + maxWaitMs;
    const hasNews = (): boolean =>
      partitions.some(
        ({ index, offset }) => this.errorOf(node, index, offset) !== 0 || this.partition(index).end > offset,
      );
    while (!hasNews() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));

    const wire = new Wire().int32(0).int16(0).int32(0).int32(1).string(TOPIC);
    let room = maxBytes;
    return wire.array(partitions, ({ index, offset, maxBytes: own }) => {
      const error = this.errorOf(node, index, offset);
      const partition = this.partition(index);
      const records = error === 0 && room > 0 ? partition.read(offset, Math.min(room, own)) : Buffer.alloc(0);
      room -= records.length;
      if (records.length > 0) partition.served.push(offset);
      const { end, start } = partition;
      wire
        .int32(index)
        .int16(error)
        .int64(end)
        .int64(end)
        .int64(start)
        .int32(0)
        .int32(-1)
        .int32(records.length)
        .raw(records);
    }).content;
  }

  private errorOf(node: number, index: number, offset: number): number {
    const { leader, error, start, end } = this.partition(index);
    if (leader !== node) return ERROR.notLeader;
    if (error !== 0) return error;
    return offset < start || offset > end ? ERROR.outOfRange : 0;
  }
}
