import { type DynamicModule, Global, Module } from '@nestjs/common';

/** Injection token of the service's validated settings. */
export const CONFIG = Symbol('Config');

/** Makes the validated settings injectable everywhere in a service: `@Inject(CONFIG) config: XConfig`. */
@Global()
@Module({})
export class ConfigModule {
  static register(config: object): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: CONFIG, useValue: config }], exports: [CONFIG] };
  }
}
