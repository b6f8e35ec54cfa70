const grouped = new Intl.NumberFormat('en-US');
const signedPercent = new Intl.NumberFormat('en-US', {
  style: 'percent',
  signDisplay: 'exceptZero',
  maximumFractionDigits: 1,
});

/** An integer as "2,442". */
export function formatCount(value: number): string {
  return grouped.format(value);
}

/** "1 order", "2,442 orders". */
export function formatQuantity(value: number, noun: string, plural = `${noun}s`): string {
  return `${formatCount(value)} ${value === 1 ? noun : plural}`;
}

/** A ratio as "+8.3%", "-7%" or "0%". From 1,000 % on without decimals, since they say nothing any more. */
export function formatSignedPercent(ratio: number): string {
  return Math.abs(ratio) < 10 ? signedPercent.format(ratio) : signedPercent.format(Math.round(ratio * 100) / 100);
}
