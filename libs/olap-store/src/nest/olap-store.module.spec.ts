import { Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import type { OlapSettings } from '../create-olap-store';
import { OLAP_ADMIN, OLAP_INGESTER, OLAP_STORE, type OlapAdmin, type OlapIngester, type OlapStore } from '../port';
import { OlapStoreModule } from './olap-store.module';

@Injectable()
class Config {
  readonly databaseUrl = 'postgres://nobody@127.0.0.1:1/none';
}

@Module({ providers: [Config], exports: [Config] })
class ConfigModule {}

async function start(settings: (config: Config) => OlapSettings): Promise<TestingModule> {
  const olap = OlapStoreModule.forRootAsync({ imports: [ConfigModule], inject: [Config], useFactory: settings });
  const module = await Test.createTestingModule({ imports: [olap] }).compile();
  return module.init();
}

describe('OlapStoreModule', () => {
  it('provides the SQL side that the settings name, and closes it with the application', async () => {
    const module = await start(({ databaseUrl }) => ({ kind: 'postgres', databaseUrl }));
    const store = module.get<OlapStore>(OLAP_STORE);
    expect(store.kind).toBe('postgres');
    const parts = [store, module.get<OlapAdmin>(OLAP_ADMIN), module.get<OlapIngester>(OLAP_INGESTER)];
    const closed = parts.map((part) => jest.spyOn(part, 'close'));
    await module.close();
    for (const close of closed) expect(close).toHaveBeenCalledTimes(1);
  });

  it('has no ingester for an engine that reads the topic by itself, and starts while that engine is gone', async () => {
    const module = await start(() => ({
      kind: 'pinot',
      controllerUrl: 'http://127.0.0.1:1',
      brokerUrl: 'http://127.0.0.1:1',
      kafkaBrokers: 'k:1',
    }));
    const store = module.get<OlapStore>(OLAP_STORE);
    expect(store.kind).toBe('pinot');
    expect(module.get(OLAP_INGESTER)).toBeNull();
    await expect(store.ping()).rejects.toMatchObject({ code: 'OLAP_UNAVAILABLE', retriable: true });
    await module.close();
  });
});
