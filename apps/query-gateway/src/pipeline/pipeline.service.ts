import { Injectable } from '@nestjs/common';
import type { HopName, PipelineStatus } from '@orderpulse/contracts';
import { Clock } from '@orderpulse/service-kit';
import { EngineProbes } from './engine-probes';
import { HopJudge, type HopReading } from './hop-rules';
import { ServiceProbes } from './service-probes';

/** Pages that ask within this time share one look at the pipeline. */
const FRESH_MS = 1_000;

/** How every hop of the pipeline is, looked at when somebody asks. */
@Injectable()
export class PipelineService {
  private readonly judge = new HopJudge();
  private last: { atMs: number; status: Promise<PipelineStatus> } | undefined;

  constructor(
    private readonly services: ServiceProbes,
    private readonly engines: EngineProbes,
    private readonly clock: Clock,
  ) {}

  status(): Promise<PipelineStatus> {
    const nowMs = this.clock.now();
    if (!this.last || Math.abs(nowMs - this.last.atMs) >= FRESH_MS) this.last = { atMs: nowMs, status: this.look() };
    return this.last.status;
  }

  private async look(): Promise<PipelineStatus> {
    const aggregatorReading = this.services.aggregatorReading();
    const sqlReading = aggregatorReading.then((aggregator) =>
      this.engines.sqlReading(this.clock.now(), aggregator.answers ? aggregator.watermarkMs : null),
    );
    const [orderApi, orderProducer, topic, aggregator, sql, shop] = await Promise.all([
      this.services.orderApiReading(),
      this.services.orderProducerReading(),
      this.engines.topicReading(),
      aggregatorReading,
      sqlReading,
      this.services.shopState(),
    ]);
    const readings = new Map<HopName, HopReading>([
      ['order-api', orderApi],
      ['order-producer', orderProducer],
      ['topic', topic],
      ['aggregator', aggregator],
      ['sql', sql],
    ]);
    const asOf = this.clock.now();
    return { asOf, hops: this.judge.judge(readings, asOf), shop };
  }
}
