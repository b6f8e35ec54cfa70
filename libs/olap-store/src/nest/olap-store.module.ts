import {
  Module,
  type DynamicModule,
  type InjectionToken,
  type ModuleMetadata,
  type OnApplicationShutdown,
  type OptionalFactoryDependency,
} from '@nestjs/common';
import { createOlapAdmin, createOlapStore, type OlapSettings } from '../create-olap-store';
import { OLAP_ADMIN, OLAP_STORE, type OlapAdmin, type OlapStore } from '../port';

/** How the module gets its settings. */
export interface OlapStoreModuleOptions {
  imports?: NonNullable<ModuleMetadata['imports']>;
  /** What useFactory is given. */
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** Called with what `inject` names, in its order. */
  useFactory: (...args: never[]) => OlapSettings | Promise<OlapSettings>;
  /** Provides OLAP_ADMIN as well. Default false: only what brings tables up needs it. */
  admin?: boolean;
}

const SETTINGS = Symbol('OlapSettings');

/** Owns the store's and the admin's connections and closes them when the application stops. */
class OlapConnections implements OnApplicationShutdown {
  readonly store: OlapStore;
  readonly admin: OlapAdmin | null;

  constructor(settings: OlapSettings, withAdmin: boolean) {
    this.store = createOlapStore(settings);
    this.admin = withAdmin ? createOlapAdmin(settings) : null;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.store.close(), this.admin?.close()]);
  }
}

/** Provides OLAP_STORE, and OLAP_ADMIN when asked for: the one place where a setting picks the engine. */
@Module({})
export class OlapStoreModule {
  static forRootAsync({ imports = [], inject = [], useFactory, admin = false }: OlapStoreModuleOptions): DynamicModule {
    const exported = admin ? [OLAP_STORE, OLAP_ADMIN] : [OLAP_STORE];
    return {
      module: OlapStoreModule,
      imports,
      providers: [
        { provide: SETTINGS, inject, useFactory },
        {
          provide: OlapConnections,
          inject: [SETTINGS],
          useFactory: (settings: OlapSettings) => new OlapConnections(settings, admin),
        },
        ...exported.map((token) => ({
          provide: token,
          inject: [OlapConnections],
          useFactory: (connections: OlapConnections) => (token === OLAP_STORE ? connections.store : connections.admin),
        })),
      ],
      exports: exported,
    };
  }
}
