/** A program of infra/peers. */
export interface PeerProgram {
  /** For people. */
  name: string;
  /** The Maven module that holds it, which is also the folder of its class path. */
  module: 'kafka-streams' | 'flink-sql-hop';
  mainClass: string;
  jvmArgs: readonly string[];
}

/** What Flink's own start scripts open of Java 17's modules. */
const OPENED_TO_FLINK = [
  'java.lang',
  'java.net',
  'java.io',
  'java.nio',
  'sun.nio.ch',
  'java.lang.reflect',
  'java.text',
  'java.time',
  'java.util',
  'java.util.concurrent',
  'java.util.concurrent.atomic',
  'java.util.concurrent.locks',
].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`);

/** Kafka Streams with the original pipeline's topology. */
export const STREAMS_ORIGINAL: PeerProgram = {
  name: 'Kafka Streams, original topology',
  module: 'kafka-streams',
  mainClass: 'orderpulse.peers.streams.Original',
  jvmArgs: [],
};

/** Kafka Streams with one aggregation over projected records. */
export const STREAMS_TUNED: PeerProgram = {
  name: 'Kafka Streams, tuned',
  module: 'kafka-streams',
  mainClass: 'orderpulse.peers.streams.Tuned',
  jvmArgs: [],
};

/** Flink SQL with slice-sharing hopping windows. */
export const FLINK_SQL_HOP: PeerProgram = {
  name: 'Flink SQL HOP',
  module: 'flink-sql-hop',
  mainClass: 'orderpulse.peers.flink.SqlHop',
  jvmArgs: OPENED_TO_FLINK,
};
