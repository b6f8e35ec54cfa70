export { goldenRecords, GOLDEN, type GoldenRecord } from './testing/golden-records';
export { olapConformance, type ConformanceSubject } from './testing/conformance';
