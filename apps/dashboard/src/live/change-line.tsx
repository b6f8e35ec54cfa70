import type { Change } from '../format/change';
import { formatSignedPercent } from '../format/count';
import { Icon } from '../ui/icon';

/** "▼ 203 −7.7% worse": direction by arrow and sign, judgement by word and colour. */
export function ChangeLine({ change, format }: { change: Change; format: (value: number) => string }) {
  switch (change.kind) {
    case 'missing':
      return (
        <span className="text-ink-faint" title="Nothing to compare with">
          —
        </span>
      );
    case 'same':
      return <span className="text-ink-faint">no change</span>;
    case 'new':
    case 'moved': {
      const rising = change.absolute > 0;
      const percent = change.kind === 'new' ? 'new' : formatSignedPercent(change.ratio);
      return (
        <span
          className={`flex max-w-full items-center gap-1 font-medium ${change.tone === 'better' ? 'text-good' : 'text-bad'}`}
        >
          <Icon name={rising ? 'up' : 'down'} className="size-3" />
          <span className="sr-only">{rising ? 'up' : 'down'} </span>
          {/* One text that starts at one place, so that nothing is pushed aside when its digits become more. */}
          <span className="truncate">{`${format(Math.abs(change.absolute))} ${percent} ${change.tone}`}</span>
        </span>
      );
    }
  }
}
