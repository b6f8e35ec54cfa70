import { LivePage } from '../live/live-page';

/** The Live route. */
export default function Page() {
  return <LivePage />;
}
