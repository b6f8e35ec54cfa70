import { GroupConsumer } from '../core/group-consumer';
import type { ConsumerHandlers } from '../port';
import { lend } from './lend';

/** A consumer of transient records. */
export class SpoilingConsumer extends GroupConsumer {
  override start(handlers: ConsumerHandlers): Promise<void> {
    return super.start({
      onAssigned: (topic, partition) => handlers.onAssigned(topic, partition),
      onRevoked: (topic, partition) => handlers.onRevoked(topic, partition),
      onBatch: (batch, context) => lend(batch, (lent) => handlers.onBatch(lent, context)),
    });
  }
}
