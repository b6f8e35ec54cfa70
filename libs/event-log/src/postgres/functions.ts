import { CHANNELS, LOCK_CLASS, STATE } from './constants';

/**
 * Appends records in one round trip. `data` holds every record's key, headers and value one after another (one binary
 * parameter: arrays of bytea travel as text of twice the size); a length of -1 is null. `ranks` counts the records of one
 * partition from 0. Rows of partitions are locked in order, so that appenders to several cannot dead-lock.
 */
const APPEND = `
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
    RAISE EXCEPTION 'unknown topic or partition' USING ERRCODE = '${STATE.unknownPartition}';
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

/** Locks an exclusive producer's row until the commit and gives the number of its last append, counted from 1. */
const LOCK_PRODUCER = `
CREATE OR REPLACE FUNCTION event_log.lock_producer(p_name text, p_epoch bigint) RETURNS bigint LANGUAGE plpgsql AS $function$
DECLARE
  last bigint;
BEGIN
  SELECT last_append INTO last FROM event_log.exclusive_producers WHERE name = p_name AND epoch = p_epoch FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'a newer producer of this name was opened' USING ERRCODE = '${STATE.fenced}';
  END IF;
  RETURN last;
END $function$`;

/** append_records in the name of an exclusive producer. */
const APPEND_EXCLUSIVELY = `
CREATE OR REPLACE FUNCTION event_log.append_exclusively(
  p_name text, p_epoch bigint, p_append bigint, p_topic_id integer, p_partitions integer[], p_ranks integer[],
  p_timestamps bigint[], p_starts integer[], p_key_lengths integer[], p_header_lengths integer[], p_value_lengths integer[],
  p_data bytea
) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  IF event_log.lock_producer(p_name, p_epoch) >= p_append THEN
    RAISE EXCEPTION 'the append was given up' USING ERRCODE = '${STATE.givenUp}';
  END IF;
  UPDATE event_log.exclusive_producers SET last_append = p_append WHERE name = p_name;
  PERFORM event_log.append_records(p_topic_id, p_partitions, p_ranks, p_timestamps, p_starts, p_key_lengths,
                                   p_header_lengths, p_value_lengths, p_data);
END $function$`;

/**
 * Settles an append whose answer was lost, after it if it is still at work. When its records are not there, its number is used up:
 * it comes too late from now on.
 */
const SETTLE_APPEND = `
CREATE OR REPLACE FUNCTION event_log.settle_append(p_name text, p_epoch bigint, p_append bigint)
RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  IF event_log.lock_producer(p_name, p_epoch) < p_append THEN
    UPDATE event_log.exclusive_producers SET last_append = p_append WHERE name = p_name;
  END IF;
END $function$`;

/**
 * Compacts a partition by the next records that were not looked at, p_step at most, and by as many tombstones that were looked at
 * before p_tombstones_before_ms (of the same clock as p_now_ms). Returns how many records it has looked at; 0 also when another
 * process is at it. The newest record of the partition stays in any case.
 */
const COMPACT = `
CREATE OR REPLACE FUNCTION event_log.compact(
  p_topic_id integer, p_partition integer, p_step integer, p_now_ms bigint, p_tombstones_before_ms bigint
) RETURNS integer LANGUAGE plpgsql AS $function$
DECLARE
  from_offset bigint;
  looked_at integer;
  last_looked_at bigint;
  hashes bytea[];
  offsets bigint[];
  tombstones bigint[];
  gone bigint[];
BEGIN
  IF NOT pg_try_advisory_xact_lock(${LOCK_CLASS.maintenance}, 1) THEN RETURN 0; END IF;
  from_offset := coalesce((SELECT next_offset FROM event_log.compacted_partitions
                           WHERE topic_id = p_topic_id AND partition = p_partition), 0);
  WITH dirty AS (
    SELECT log_offset, key_hash, tombstone_ms,
           lead(log_offset) OVER (PARTITION BY key_hash ORDER BY log_offset) IS NULL AS is_newest
    FROM (SELECT log_offset, sha256(key) AS key_hash, CASE WHEN value IS NULL THEN p_now_ms END AS tombstone_ms
          FROM event_log.records
          WHERE topic_id = p_topic_id AND partition = p_partition AND log_offset >= from_offset
          ORDER BY log_offset LIMIT p_step) following)
  SELECT count(*), max(log_offset),
         coalesce(array_agg(key_hash) FILTER (WHERE is_newest AND key_hash IS NOT NULL), '{}'),
         array_agg(log_offset) FILTER (WHERE is_newest AND key_hash IS NOT NULL),
         array_agg(tombstone_ms) FILTER (WHERE is_newest AND key_hash IS NOT NULL),
         coalesce(array_agg(log_offset) FILTER (WHERE NOT is_newest), '{}')
    INTO looked_at, last_looked_at, hashes, offsets, tombstones, gone FROM dirty;
  IF looked_at > 0 THEN
    gone := gone || ARRAY(SELECT log_offset FROM event_log.newest_keys
                          WHERE topic_id = p_topic_id AND partition = p_partition AND key_hash = ANY (hashes));
    INSERT INTO event_log.newest_keys (topic_id, partition, key_hash, log_offset, tombstone_ms)
      SELECT p_topic_id, p_partition, k.* FROM unnest(hashes, offsets, tombstones) AS k
      ON CONFLICT (topic_id, partition, key_hash)
        DO UPDATE SET log_offset = excluded.log_offset, tombstone_ms = excluded.tombstone_ms;
    INSERT INTO event_log.compacted_partitions (topic_id, partition, next_offset)
      VALUES (p_topic_id, p_partition, last_looked_at + 1)
      ON CONFLICT (topic_id, partition) DO UPDATE SET next_offset = excluded.next_offset;
  END IF;
  WITH old AS (
    SELECT key_hash FROM event_log.newest_keys k
    WHERE topic_id = p_topic_id AND partition = p_partition AND tombstone_ms < p_tombstones_before_ms
      AND log_offset < (SELECT end_offset - 1 FROM event_log.partitions p
                        WHERE p.topic_id = p_topic_id AND p.partition = p_partition)
    ORDER BY tombstone_ms LIMIT p_step),
  forgotten AS (
    DELETE FROM event_log.newest_keys k USING old
    WHERE k.topic_id = p_topic_id AND k.partition = p_partition AND k.key_hash = old.key_hash RETURNING k.log_offset)
  SELECT gone || coalesce(array_agg(log_offset), '{}') INTO gone FROM forgotten;
  DELETE FROM event_log.records
    WHERE topic_id = p_topic_id AND partition = p_partition AND log_offset = ANY (gone);
  RETURN looked_at;
END $function$`;

/** Statements that make the log's functions. */
export const FUNCTIONS = [APPEND, LOCK_PRODUCER, APPEND_EXCLUSIVELY, SETTLE_APPEND, COMPACT];
