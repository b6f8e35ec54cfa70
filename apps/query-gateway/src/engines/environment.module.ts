import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { EVENT_LOG } from '@orderpulse/event-log';
import { OLAP_STORE } from '@orderpulse/olap-store';
import { Clock } from '../clock';
import { OLAP_INGESTER } from '../ingestion/ingester';
import type { Engines } from './engines';

const ENGINES = Symbol('Engines');

/** What surrounds the service: the clock and the engines. Global for the same reason as configuration is. */
@Global()
@Module({})
export class EnvironmentModule implements OnApplicationShutdown {
  constructor(@Inject(ENGINES) private readonly engines: Engines) {}

  static register(engines: Engines, clock: Clock): DynamicModule {
    return {
      module: EnvironmentModule,
      providers: [
        { provide: ENGINES, useValue: engines },
        { provide: EVENT_LOG, useValue: engines.eventLog },
        { provide: OLAP_STORE, useValue: engines.olapStore },
        { provide: OLAP_INGESTER, useValue: engines.ingester },
        { provide: Clock, useValue: clock },
      ],
      exports: [EVENT_LOG, OLAP_STORE, OLAP_INGESTER, Clock],
    };
  }

  /** After everything that uses them has stopped. */
  async onApplicationShutdown(): Promise<void> {
    const { eventLog, olapStore, ingester } = this.engines;
    await Promise.all([eventLog.close(), olapStore.close(), ingester?.close()]);
  }
}
