import { FUNCTIONS } from './functions';

/**
 * The tables of the log, all in the schema `event_log`.
 *
 * - An offset is given out by the partition's row, which the appender locks until it commits: offsets are dense, and become
 *   visible in their order.
 * - Rows are kept on their page up to 8 kB, compressed where the server can do lz4 and as they are where it cannot: a separate
 *   TOAST row for a value of 2.4 kB would double the writes, and the older method of compression costs too much time.
 * - An exclusive producer appends in one statement, which locks its row in `exclusive_producers`, checks its epoch and notes the
 *   number of the append: opening another one waits for it, and whoever has lost an answer finds out there what became of it.
 * - `newest_keys` has the offset of the newest record of every key in a compacted partition, as far as compaction has come
 *   (`compacted_partitions`), and for a tombstone when that was: who is reading then has time to come past it.
 * - `topic_uuid` is the topic's identity: numbers begin anew with a new schema, which then holds other topics.
 * - `appended_ms` bounds the age of records whose own time lies in the future, which would never expire otherwise.
 */
export const SCHEMA_VERSION = 'event log of OrderPulse, version 4';

/** @param lz4 whether the server can compress with lz4 */
export function schemaStatements(lz4: boolean): string[] {
  return [
    'CREATE SCHEMA IF NOT EXISTS event_log',
    `CREATE TABLE IF NOT EXISTS event_log.topics (
       topic_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       name text NOT NULL UNIQUE,
       partitions integer NOT NULL CHECK (partitions BETWEEN 1 AND 4096),
       retention_ms bigint NOT NULL,
       max_record_bytes integer NOT NULL,
       compacted boolean NOT NULL DEFAULT false,
       topic_uuid uuid NOT NULL DEFAULT gen_random_uuid())`,
    `CREATE TABLE IF NOT EXISTS event_log.partitions (
       topic_id integer NOT NULL REFERENCES event_log.topics,
       partition integer NOT NULL,
       earliest_offset bigint NOT NULL DEFAULT 0,
       end_offset bigint NOT NULL DEFAULT 0,
       PRIMARY KEY (topic_id, partition)) WITH (fillfactor = 20)`,
    `CREATE TABLE IF NOT EXISTS event_log.records (
       topic_id integer NOT NULL,
       partition integer NOT NULL,
       log_offset bigint NOT NULL,
       timestamp_ms bigint NOT NULL,
       appended_ms bigint NOT NULL,
       key bytea,
       headers bytea,
       value bytea,
       PRIMARY KEY (topic_id, partition, log_offset) INCLUDE (timestamp_ms)) WITH (vacuum_truncate = false${lz4 ? '' : ', toast_tuple_target = 8160'})`,
    `ALTER TABLE event_log.records ALTER COLUMN value SET STORAGE ${lz4 ? 'MAIN' : 'EXTERNAL'}`,
    ...(lz4 ? ['ALTER TABLE event_log.records ALTER COLUMN value SET COMPRESSION lz4'] : []),
    // Version 2 had no such column, and version 3 not the second.
    'ALTER TABLE event_log.topics ADD COLUMN IF NOT EXISTS compacted boolean NOT NULL DEFAULT false',
    'ALTER TABLE event_log.topics ADD COLUMN IF NOT EXISTS topic_uuid uuid NOT NULL DEFAULT gen_random_uuid()',
    `CREATE TABLE IF NOT EXISTS event_log.compacted_partitions (
       topic_id integer NOT NULL REFERENCES event_log.topics,
       partition integer NOT NULL,
       next_offset bigint NOT NULL,
       PRIMARY KEY (topic_id, partition))`,
    `CREATE TABLE IF NOT EXISTS event_log.newest_keys (
       topic_id integer NOT NULL REFERENCES event_log.topics,
       partition integer NOT NULL,
       key_hash bytea NOT NULL,
       log_offset bigint NOT NULL,
       tombstone_ms bigint,
       PRIMARY KEY (topic_id, partition, key_hash)) WITH (fillfactor = 70)`,
    `CREATE INDEX IF NOT EXISTS newest_keys_tombstones ON event_log.newest_keys (topic_id, partition, tombstone_ms)
       WHERE tombstone_ms IS NOT NULL`,
    `CREATE TABLE IF NOT EXISTS event_log.exclusive_producers (
       name text PRIMARY KEY,
       epoch bigint NOT NULL,
       last_append bigint NOT NULL) WITH (fillfactor = 20)`,
    `CREATE TABLE IF NOT EXISTS event_log.groups (
       group_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       name text NOT NULL UNIQUE)`,
    // Members come and go with their connections: another version begins without any.
    'DROP TABLE IF EXISTS event_log.members',
    `CREATE TABLE event_log.members (
       member_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       group_id integer NOT NULL REFERENCES event_log.groups,
       backend_pid integer NOT NULL,
       heartbeat_at timestamptz NOT NULL,
       session_timeout_ms integer NOT NULL) WITH (fillfactor = 20)`,
    `CREATE TABLE IF NOT EXISTS event_log.committed_offsets (
       group_id integer NOT NULL REFERENCES event_log.groups,
       topic_id integer NOT NULL REFERENCES event_log.topics,
       partition integer NOT NULL,
       next_offset bigint NOT NULL,
       PRIMARY KEY (group_id, topic_id, partition)) WITH (fillfactor = 20)`,
    ...FUNCTIONS,
    `COMMENT ON SCHEMA event_log IS '${SCHEMA_VERSION}'`,
  ];
}
