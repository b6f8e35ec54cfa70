import type { KafkaBroker, ProducerIdentity, Protocol } from './kafka-cluster';
import { fetchError } from './kafka-errors';
import { FlexibleReader, FlexibleWriter } from './flexible-encoding';

const INIT_PRODUCER_ID = 22;
/** The client's own request stops at version 1, which cannot say who asks (KIP-360). */
const VERSION = 4;
const NO_PRODUCER: ProducerIdentity = { producerId: '-1', producerEpoch: -1 };

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

function encode({ transactionalId, transactionTimeoutMs, current }: InitProducerIdRequest): {
  buf: Buffer;
  buffer: Buffer;
} {
  const { producerId, producerEpoch } = current ?? NO_PRODUCER;
  const writer = new FlexibleWriter().string(transactionalId).int32(transactionTimeoutMs);
  return writer
    .int64(BigInt(String(producerId)))
    .int16(producerEpoch)
    .noTags().content;
}

function decode(payload: Buffer): Answer {
  const reader = new FlexibleReader(payload);
  return {
    clientSideThrottleTime: reader.int32(),
    errorCode: reader.int16(),
    producerId: String(reader.bigint64()),
    producerEpoch: reader.int16(),
  };
}
