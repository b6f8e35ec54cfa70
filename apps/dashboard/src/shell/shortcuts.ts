/** What a key press stands for. */
export type Command = { kind: 'help' | 'refresh' | 'pause' | 'theme' } | { kind: 'range'; index: number };

/** The parts of a KeyboardEvent that matter. */
export interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

/** Where the key was pressed: text fields take every key, buttons and links keep Space for themselves. */
export type FocusKind = 'text' | 'control' | 'none';

/** The command of a key press; null when the key is not ours. */
export function commandOf(press: KeyPress, focus: FocusKind): Command | null {
  if (focus === 'text' || press.ctrlKey || press.metaKey || press.altKey || press.repeat) return null;
  switch (press.key) {
    case '?':
      return { kind: 'help' };
    case 'r':
    case 'R':
      return { kind: 'refresh' };
    case 't':
    case 'T':
      return { kind: 'theme' };
    case ' ':
      return focus === 'control' ? null : { kind: 'pause' };
    case '1':
    case '2':
    case '3':
      return { kind: 'range', index: Number(press.key) - 1 };
    default:
      return null;
  }
}

/** What kind of thing has the focus. */
export function focusKind(element: Element | null): FocusKind {
  if (element === null) return 'none';
  if (element.closest('input, textarea, select, [contenteditable="true"]')) return 'text';
  return element.closest('button, a, summary, dialog, [role="button"]') ? 'control' : 'none';
}
