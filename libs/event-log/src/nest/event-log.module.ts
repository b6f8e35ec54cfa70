import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { createEventLog, type EventLogSettings } from '../create-event-log';
import { EVENT_LOG, type EventLog } from '../port';

export interface EventLogModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Gives the settings, or a promise of them. */
  useFactory: FactoryProvider<EventLogSettings>['useFactory'];
  /** What the factory gets as arguments. */
  inject?: NonNullable<FactoryProvider['inject']>;
  /** Whether the log can be injected in modules that do not import this one. Default false. */
  global?: boolean;
}

/** Provides the process' event log under EVENT_LOG and closes it when the application has shut down. */
@Module({})
export class EventLogModule implements OnApplicationShutdown {
  static forRootAsync(options: EventLogModuleAsyncOptions): DynamicModule {
    return {
      module: EventLogModule,
      global: options.global ?? false,
      imports: options.imports ?? [],
      providers: [
        {
          provide: EVENT_LOG,
          useFactory: async (...args: unknown[]) => createEventLog(await options.useFactory(...args)),
          inject: options.inject ?? [],
        },
      ],
      exports: [EVENT_LOG],
    };
  }

  constructor(@Inject(EVENT_LOG) private readonly eventLog: EventLog) {}

  /** Runs after transports and HTTP have been closed. */
  async onApplicationShutdown(): Promise<void> {
    await this.eventLog.close();
  }
}
