import { ConfigError, configFaults, loadConfig } from '@orderpulse/service-kit';
import { planStack } from '../plan/plan';
import { launcherSettings, type LauncherSettings, type Profile } from './launcher-settings';
import { serviceSettings } from './service-settings';

/**
 * The launcher's settings, once those of every service it will start are well, too.
 * @throws ConfigError naming all that are wrong, of the launcher and of the services
 */
export function settingsOfStart(
  profile: Profile,
  root: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LauncherSettings {
  const own = configFaults(launcherSettings, environment);
  // What the launcher itself tells a service follows from its own settings; where those are wrong, that is said already.
  const settings = loadConfig(launcherSettings, own.length === 0 ? environment : {});
  const { services } = planStack(profile, settings, root);
  const rest = Object.fromEntries(Object.entries(environment).filter(([name]) => !(name in launcherSettings.shape)));
  const theirs = services.flatMap(({ program, env }) => configFaults(serviceSettings[program], { ...rest, ...env }));
  // Services share settings.
  const faults = new Set([...own, ...theirs]);
  if (faults.size > 0) throw new ConfigError([...faults]);
  return settings;
}
