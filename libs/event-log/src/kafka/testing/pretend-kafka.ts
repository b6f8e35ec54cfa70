import { randomBytes } from 'node:crypto';
import { encodeBatch, plainRecord } from './encode-batch';
import { PretendNode } from './pretend-node';
import { Wire } from './wire';

export const TOPIC = 'orders';

const API = { fetch: 1, listOffsets: 2, metadata: 3, apiVersions: 18 };
/** The newest version of each that the client is told of; what speaks of topics by their ids is spoken beyond that. */
const VERSIONS = [
  [API.listOffsets, 1],
  [API.metadata, 1],
  [API.apiVersions, 2],
] as const;
const FETCH_BY_ID = 13;
const METADATA_WITH_IDS = 12;
const ERROR = { outOfRange: 1, unknownTopic: 3, notLeader: 6, unknownTopicId: 100 };
const EARLIEST = -2;
const LATEST = -1;
const NO_ID = Buffer.alloc(16).toString('base64url');

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

  /** Loses everything and begins anew. */
  clear(): void {
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
  topicId = newTopicId();
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

  /** Deletes the topic and makes another one of its name, with new partitions and a new id. */
  makeTopicAgain(): void {
    this.topicId = newTopicId();
    for (const partition of this.partitions) partition.clear();
  }

  async answer(node: number, apiKey: number, apiVersion: number, body: Wire): Promise<Buffer | null> {
    if (this.isMute) return null;
    if (apiKey === API.apiVersions) return this.apiVersions();
    if (apiKey === API.metadata) return apiVersion === METADATA_WITH_IDS ? this.metadataWithIds(body) : this.metadata();
    if (apiKey === API.listOffsets) return this.listOffsets(body);
    if (apiKey === API.fetch && apiVersion === FETCH_BY_ID)
      return this.silent.has(node) ? null : this.fetch(node, body);
    throw new Error(`version ${apiVersion} of request ${apiKey} is not spoken here`);
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

  private metadataWithIds(body: Wire): Buffer {
    body.readNoTags();
    const asked = body.readCompactArray(() => {
      body.readUuid();
      const topic = body.readCompactString();
      body.readNoTags();
      return topic;
    });
    const wire = new Wire().noTags().int32(0);
    wire.compactArray(this.nodes, ({ id, port }) => {
      wire.int32(id).compactString('127.0.0.1').int32(port).varint(0).noTags();
    });
    wire.compactString('cluster').int32(0);
    return wire
      .compactArray(asked, (topic) => {
        const isThere = this.topicExists && topic === TOPIC;
        wire
          .int16(isThere ? 0 : ERROR.unknownTopic)
          .compactString(topic)
          .uuid(isThere ? this.topicId : NO_ID)
          .int8(0);
        wire.compactArray(isThere ? [...this.partitions.entries()] : [], ([index, { leader }]) => {
          wire.int16(0).int32(index).int32(leader).int32(0);
          for (const copies of [[leader], [leader], []]) wire.compactArray(copies, (copy) => wire.int32(copy));
          wire.noTags();
        });
        wire.int32(0).noTags();
      })
      .noTags().content;
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
    body.readNoTags();
    body.skip(4);
    const maxWaitMs = body.readInt32();
    body.skip(4);
    const maxBytes = body.readInt32();
    body.skip(9);
    const [asked] = body.readCompactArray(() => {
      const topicId = body.readUuid();
      const partitions = body.readCompactArray(() => {
        const index = body.readInt32();
        const offset = body.skip(4).readInt64();
        const own = body.skip(12).readInt32();
        body.readNoTags();
        return { index, offset, maxBytes: own };
      });
      body.readNoTags();
      return { topicId, partitions };
    });
    const { topicId = NO_ID, partitions = [] } = asked ?? {};
    const errorOf = (index: number, offset: number): number =>
      this.topicExists && topicId === this.topicId ? this.errorOf(node, index, offset) : ERROR.unknownTopicId;
    const deadline = performance.now() + maxWaitMs;
    const hasNews = (): boolean =>
      partitions.some(({ index, offset }) => errorOf(index, offset) !== 0 || this.partition(index).end > offset);
    while (!hasNews() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));

    const wire = new Wire().noTags().int32(0).int16(0).int32(0).varint(2).uuid(topicId);
    let room = maxBytes;
    return wire
      .compactArray(partitions, ({ index, offset, maxBytes: own }) => {
        const error = errorOf(index, offset);
        const partition = this.partition(index);
        const records = error === 0 && room > 0 ? partition.read(offset, Math.min(room, own)) : Buffer.alloc(0);
        room -= records.length;
        if (records.length > 0) partition.served.push(offset);
        const { end, start } = partition;
        wire.int32(index).int16(error).int64(end).int64(end).int64(start);
        wire.varint(0).int32(-1).compactBytes(records).noTags();
      })
      .noTags()
      .noTags().content;
  }

  private errorOf(node: number, index: number, offset: number): number {
    const { leader, error, start, end } = this.partition(index);
    if (leader !== node) return ERROR.notLeader;
    if (error !== 0) return error;
    return offset < start || offset > end ? ERROR.outOfRange : 0;
  }
}

function newTopicId(): string {
  return randomBytes(16).toString('base64url');
}
