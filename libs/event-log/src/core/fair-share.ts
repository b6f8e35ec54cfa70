/** A partition of a topic. */
export interface TopicPartition {
  topic: string;
  partition: number;
}

/** A map key for a partition. Topic names hold no slash. */
export function partitionKey({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}

/**
 * The partitions of one member: dealt out in turn, so shares differ by one at most. Every member works it out alone from the
 * same list of members (any order) and partitions and comes to the same result.
 * @returns an empty list when `member` is not among `members`
 */
export function fairShare(
  partitions: readonly TopicPartition[],
  members: readonly string[],
  member: string,
): TopicPartition[] {
  const order = [...new Set(members)].sort();
  const position = order.indexOf(member);
  if (position < 0) return [];
  const sorted = [...partitions].sort((a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition);
  return sorted.filter((_, index) => index % order.length === position);
}
