/**
 * The tables of the log, all in the schema `event_log`.
 *
 * - An offset is given out by the partition's row, which the appender locks until it commits: offsets are dense, and become
 *   visible in their order.
 * - Rows are kept on their page up to 8 kB, compressed where the server can do lz4 and as they are where it cannot: a separate
 *   TOAST row for a value of 2.4 kB would double the writes, and the older method of compression costs too much time.
 * - `appended_ms` bounds the age of records whose own time lies in the future, which would never expire otherwise.
 */
export const SCHEMA_VERSION = 'event log of OrderPulse, version 2';

/** Held by whoever installs the schema or makes topics (a transaction lock). Two-key locks leave one-key locks to others. */
export const LOCK_CLASS = {
  /** Second key 0: schema and topics; 1: retention. */
  maintenance: 0x4f4c0000,
  /** Second key: the member's id. */
  member: 0x4f4c0001,
  /** Plus the group's id. Second key: topic id · 4,096 + partition. */
  firstGroup: 0x4f4c0100,
} as const;

/** Channels of NOTIFY. */
export const CHANNELS = {
  /** Payload: partitions with commas, a slash, the topic's name. */
  append: 'event_log_append',
  /** Payload: the group's name, or empty when every group is meant. */
  group: 'event_log_group',
} as const;

/** SQLSTATE of append_records for a topic or partition that is not there. */
export const UNKNOWN_PARTITION_STATE = 'OL001';

/** @param lz4 whether the server can compress with lz4 */
export function schemaStatements(lz4: boolean): string[] {
  return [
    'CREATE SCHEMA IF NOT EXISTS event_log',
    `CREATE TABLE IF NOT EXISTS event_log.topics (
       topic_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       name text NOT NULL UNIQUE,
       partitions integer NOT NULL CHECK (partitions BETWEEN 1 AND 4096),
       retention_ms bigint NOT NULL,
       max_record_bytes integer NOT NULL)`,
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
    APPEND_FUNCTION,
    `COMMENT ON SCHEMA event_log IS '${SCHEMA_VERSION}'`,
  ];
}

/**
 * Appends records in one round trip. `data` holds every record's key, headers and value one after another (one binary
 * parameter: arrays of bytea travel as text of twice the size); a length of -1 is null. `ranks` counts the records of one
 * partition from 0. Rows of partitions are locked in order, so that appenders to several cannot dead-lock.
 */
const APPEND_FUNCTION = `
CREATE OR REPLACE FUNCTION event_log.append_records(
  p_topic_id integer, p_partitions integer[], p_ranks integer[], p_timestamps bigint[], p_starts integer[],
  p_key_lengths integer[], p_header_lengths integer[], p_value_lengths integer[], p_data bytea
) RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
  touched integer[] := ARRAY(SELECT DISTINCT p FROM unnest(p_partitions) p ORDER BY p);
  locked integer;
  now_ms bigint;
BEGIN
  PERFORM 1 FROM event_log.partitions
    WHERE topic_id = p_topic_id AND partition = ANY (touched) ORDER BY partition FOR UPDATE;
  GET DIAGNOSTICS locked = ROW_COUNT;
  IF locked <> cardinality(touched) THEN
    RAISE EXCEPTION 'unknown topic or partition' USING ERRCODE = '${UNKNOWN_PARTITION_STATE}';
  END IF;
  now_ms := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
  INSERT INTO event_log.records (topic_id, partition, log_offset, timestamp_ms, appended_ms, key, headers, value)
  SELECT p_topic_id, r.partition, p.end_offset + r.rank, r.timestamp_ms, now_ms,
         CASE WHEN r.key_length >= 0 THEN substring(p_data FROM r.start FOR r.key_length) END,
         CASE WHEN r.header_length >= 0
              THEN substring(p_data FROM r.start + greatest(r.key_length, 0) FOR r.header_length) END,
         CASE WHEN r.value_length >= 0
              THEN substring(p_data FROM r.start + greatest(r.key_length, 0) + greatest(r.header_length, 0)
                             FOR r.value_length) END
  FROM unnest(p_partitions, p_ranks, p_timestamps, p_starts, p_key_lengths, p_header_lengths, p_value_lengths)
         AS r (partition, rank, timestamp_ms, start, key_length, header_length, value_length)
  JOIN event_log.partitions p ON p.topic_id = p_topic_id AND p.partition = r.partition;
  UPDATE event_log.partitions p SET end_offset = p.end_offset + added.count
    FROM (SELECT u.partition, count(*) AS count FROM unnest(p_partitions) AS u (partition) GROUP BY u.partition) added
    WHERE p.topic_id = p_topic_id AND p.partition = added.partition;
  PERFORM pg_notify('${CHANNELS.append}', array_to_string(touched, ',') || '/' || t.name)
    FROM event_log.topics t WHERE t.topic_id = p_topic_id;
END $function$`;
