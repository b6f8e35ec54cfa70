/** Default TCP ports, all on loopback. */
export const DEFAULT_PORTS = {
  dashboard: 3000,
  queryGateway: 8888,
  orderApi: 8001,
  windowAggregator: 8002,
  scheduler: 8003,
  orderProducer: 8004,
  postgres: 5433,
  kafka: 9092,
  pinotController: 9000,
  pinotBroker: 8099,
  zookeeper: 2181,
} as const;
