import {
  type DynamicModule,
  type FactoryProvider,
  Inject,
  Module,
  type ModuleMetadata,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { createOlapAdmin, createOlapIngester, createOlapStore, type OlapSettings } from '../create-olap-store';
import { OLAP_ADMIN, OLAP_INGESTER, OLAP_STORE, type OlapAdmin, type OlapIngester, type OlapStore } from '../port';

export interface OlapStoreModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** Gives the settings, or a promise of them. */
  useFactory: FactoryProvider<OlapSettings>['useFactory'];
  /** What the factory gets as arguments. */
  inject?: NonNullable<FactoryProvider['inject']>;
  /** Whether the port can be injected in modules that do not import this one. Default false. */
  global?: boolean;
}

const SETTINGS = Symbol('OlapSettings');

/**
 * Provides the SQL side that the settings name under OLAP_STORE, OLAP_ADMIN and OLAP_INGESTER, and closes it when the
 * application has shut down. What a service does not use never connects.
 */
@Module({})
export class OlapStoreModule implements OnApplicationShutdown {
  static forRootAsync(options: OlapStoreModuleAsyncOptions): DynamicModule {
    return {
      module: OlapStoreModule,
      global: options.global ?? false,
      imports: options.imports ?? [],
      providers: [
        { provide: SETTINGS, useFactory: options.useFactory, inject: options.inject ?? [] },
        { provide: OLAP_STORE, useFactory: createOlapStore, inject: [SETTINGS] },
        { provide: OLAP_ADMIN, useFactory: createOlapAdmin, inject: [SETTINGS] },
        { provide: OLAP_INGESTER, useFactory: createOlapIngester, inject: [SETTINGS] },
      ],
      exports: [OLAP_STORE, OLAP_ADMIN, OLAP_INGESTER],
    };
  }

  constructor(
    @Inject(OLAP_STORE) private readonly store: OlapStore,
    @Inject(OLAP_ADMIN) private readonly admin: OlapAdmin,
    @Inject(OLAP_INGESTER) private readonly ingester: OlapIngester | null,
  ) {}

  /** Runs after transports and HTTP have been closed. */
  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.store.close(), this.admin.close(), this.ingester?.close()]);
  }
}
