import type {
  Coupons,
  LatestOrders,
  OrdersPerMinute,
  Overview,
  PipelineStatus,
  Popular,
  TopLocations,
} from '@orderpulse/contracts';
import { queryOptions, type QueryClient } from '@tanstack/react-query';
import { compareAt, lastClosedMinuteEnd, type Agreement } from './agreement';
import type { TickScope } from './feed';
import { getJson } from './gateway-client';
import type { ServerClock } from './server-clock';

/** All keys begin with this, so that one tick can refresh them together. */
const GATEWAY = 'gateway';
const OVERVIEW_KEY = [GATEWAY, 'overview'] as const;

/** Reads one path and tells the clock which instant the answer is about. */
async function read<T extends { meta: { asOf: number } }>(
  clock: ServerClock,
  path: string,
  signal: AbortSignal,
): Promise<T> {
  const answer = await getJson<T>(path, signal);
  clock.observe(answer.meta.asOf);
  return answer;
}

/** One entry per panel. Each is asked for once when it appears and then by the feed's ticks. */
export function panelQueries(clock: ServerClock) {
  return {
    overview: queryOptions({
      queryKey: OVERVIEW_KEY,
      queryFn: ({ signal }) => read<Overview>(clock, 'orders/overview', signal),
    }),
    minutes: queryOptions({
      queryKey: [GATEWAY, 'minutes'],
      queryFn: ({ signal }) => read<OrdersPerMinute>(clock, 'orders/ordersperminute', signal),
    }),
    popular: queryOptions({
      queryKey: [GATEWAY, 'popular'],
      queryFn: ({ signal }) => read<Popular>(clock, 'orders/popular', signal),
    }),
    latest: queryOptions({
      queryKey: [GATEWAY, 'latest'],
      queryFn: ({ signal }) => read<LatestOrders>(clock, 'orders/latestorders', signal),
    }),
    coupons: queryOptions({
      queryKey: [GATEWAY, 'coupons'],
      queryFn: ({ signal }) => read<Coupons>(clock, 'orders/couponslastminute', signal),
    }),
    locations: queryOptions({
      queryKey: [GATEWAY, 'locations'],
      queryFn: ({ signal }) => read<TopLocations>(clock, 'orders/toplocations', signal),
    }),
    status: queryOptions({
      queryKey: [GATEWAY, 'status'],
      queryFn: ({ signal }) => getJson<PipelineStatus>('status', signal),
    }),
    agreement: queryOptions({
      queryKey: [GATEWAY, 'agreement'],
      queryFn: ({ client, signal }) => readAgreement(client, clock, signal),
    }),
  };
}
export type PanelQueries = ReturnType<typeof panelQueries>;

/** Compares once a minute; a minute that did not agree is compared again at every tick until it does. */
async function readAgreement(client: QueryClient, clock: ServerClock, signal: AbortSignal): Promise<Agreement> {
  const known = client.getQueryData<Agreement>([GATEWAY, 'agreement']);
  const asOfMs = clock.newestAsOfMs() ?? (await read<Overview>(clock, 'orders/overview', signal)).meta.asOf;
  const minuteEndMs = lastClosedMinuteEnd(asOfMs);
  if (known?.minuteEndMs === minuteEndMs && known.state === 'agree') return known;
  const [stores, sql] = await Promise.all([
    getJson<Overview>(`orders/overview?asOf=${minuteEndMs}`, signal),
    getJson<Overview>(`orders/overview2?asOf=${minuteEndMs}`, signal),
  ]);
  return compareAt(minuteEndMs, stores, sql);
}

/** Asks again for all panels in the scope that are on the page. True when the gateway gave at least one answer. */
export async function refetchPanels(client: QueryClient, scope: TickScope): Promise<boolean> {
  const inScope = (key: readonly unknown[]): boolean => scope === 'all' || key[1] !== OVERVIEW_KEY[1];
  await client.refetchQueries(
    { queryKey: [GATEWAY], type: 'active', predicate: ({ queryKey }) => inScope(queryKey) },
    { cancelRefetch: false },
  );
  if (scope === 'all') return client.getQueryState(OVERVIEW_KEY)?.status === 'success';
  return client
    .getQueryCache()
    .findAll({ queryKey: [GATEWAY], type: 'active' })
    .some(({ queryKey, state }) => inScope(queryKey) && state.status === 'success');
}

/** Puts figures that the stream brought in place of the ones that were asked for; older ones are ignored. */
export function receiveOverview(client: QueryClient, clock: ServerClock, overview: Overview): void {
  clock.observe(overview.meta.asOf);
  client.setQueryData<Overview>(OVERVIEW_KEY, (shown) =>
    shown && shown.meta.asOf > overview.meta.asOf && shown.meta.asOf - overview.meta.asOf < 60_000 ? shown : overview,
  );
}
