/** Settings of brokers: a dead one's partitions get new leaders after four seconds, rather than after nine. */
export const QUICK_FAILOVER = { 'broker.session.timeout.ms': '4000', 'broker.heartbeat.interval.ms': '500' };
