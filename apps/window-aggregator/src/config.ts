import { DEFAULT_PORTS } from '@orderpulse/contracts';
import { databaseSettings, eventLogSettings, flagSetting, serverSettings } from '@orderpulse/service-kit';
import { z } from 'zod';
import { windowStoresSetting } from './stores/window-stores-setting';

/** Every setting of the window aggregator. */
export const aggregatorSettings = z.object({
  ...serverSettings(DEFAULT_PORTS.windowAggregator),
  ...databaseSettings,
  ...eventLogSettings,
  DATA_DIR: z.string().min(1).default('.data').describe('Folder of the window stores; one instance a folder'),
  GROUP_ID: z
    .string()
    .min(1)
    .max(200)
    .default('window-aggregator')
    .describe('Consumer group; its members share the partitions. One for each orders topic: a second would fence the first'),
  DEDUPLICATION: flagSetting(true).describe(
    'on: an event id seen within the horizon counts once; off: every record counts',
  ),
  DEDUPLICATION_HORIZON_MS: z.coerce
    .number()
    .int()
    .min(60_000)
    .max(86_400_000)
    .default(900_000)
    .describe('How long event ids are remembered, in ms of event time of their partition'),
  WINDOW_STORES: windowStoresSetting.describe(
    'Window stores beside the five of 60 s: JSON array of {name, window, groupBy}; see GET /stores for the shape',
  ),
  CHECKPOINT_INTERVAL_MS: z.coerce
    .number()
    .int()
    .min(10)
    .max(10_000)
    .default(200)
    .describe('Longest time between a change and its checkpoint, in ms'),
});

export type AggregatorConfig = z.infer<typeof aggregatorSettings>;
