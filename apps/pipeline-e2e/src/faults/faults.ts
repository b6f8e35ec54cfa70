import { killed } from './f01-killed';
import { paused } from './f02-paused';
import { rollingRestart } from './f03-rolling-restart';
import { damagedStore } from './f06-damaged-store';
import { noSpace } from './f07-no-space';
import { lostState } from './f08-lost-state';
import { poison } from './f09-poison';
import { truncatedTopic } from './f10-truncated-topic';
import { laggingPartition } from './f12-lagging-partition';
import { wallClock } from './f13-wall-clock';
import type { FaultOptions, FaultRig } from './rig/fault-rig';

/** A fault that the window aggregator has to survive. */
export interface Fault {
  /** Its number in the list of faults. */
  id: string;
  title: string;
  /** @throws FaultFailure when it does not */
  run: (rig: FaultRig, options: FaultOptions) => Promise<void>;
}

/** The faults of the window aggregator on Kafka, in the order in which they are tried. */
export const FAULTS: readonly Fault[] = [
  { id: 'F1', title: 'kill -9 under load', run: killed },
  { id: 'F2', title: 'frozen while another takes over', run: paused },
  { id: 'F3', title: 'rolling restart of two', run: rollingRestart },
  { id: 'F6', title: 'stores damaged', run: damagedStore },
  { id: 'F7', title: 'no space left', run: noSpace },
  { id: 'F8', title: 'state directory lost', run: lostState },
  { id: 'F9', title: 'one record in a hundred is poison', run: poison },
  { id: 'F10', title: 'records or the whole topic gone', run: truncatedTopic },
  { id: 'F12', title: 'one partition ten minutes behind', run: laggingPartition },
  { id: 'F13', title: 'wall clock wrong, and daylight saving', run: wallClock },
];
