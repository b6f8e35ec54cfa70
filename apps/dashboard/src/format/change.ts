/** Whether a rising figure is good news: more fraud and more refunds are not. */
export type RisingIs = 'good' | 'bad';

/** How a figure moved against the period before. */
export type Change =
  /** One of the two values is not there. */
  | { kind: 'missing' }
  /** Nothing before, something now: a percentage would be infinite. */
  | { kind: 'new'; absolute: number; tone: Tone }
  | { kind: 'same' }
  /** `absolute` = current − previous in the figure's unit; `ratio` = absolute / previous, so −0.08 is 8 % less. */
  | { kind: 'moved'; absolute: number; ratio: number; tone: Tone };

export type Tone = 'better' | 'worse';

/** Compares a figure with the period before. Both in one unit (counts or cents), null or undefined when missing. */
export function changeOf(
  current: number | null | undefined,
  previous: number | null | undefined,
  risingIs: RisingIs,
): Change {
  if (current == null || previous == null) return { kind: 'missing' };
  const absolute = current - previous;
  if (absolute === 0) return { kind: 'same' };
  const tone: Tone = absolute > 0 === (risingIs === 'good') ? 'better' : 'worse';
  if (previous === 0) return { kind: 'new', absolute, tone };
  return { kind: 'moved', absolute, ratio: absolute / previous, tone };
}
