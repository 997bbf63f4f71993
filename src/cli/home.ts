// How every command opens the database the settings name, and how the server draws the demo city when it is new.
import { openHome, setHome, type Home, type HomeOptions } from '#lib/database/home.server.ts';
import type { Log } from '#lib/database/log.ts';
import { seedDemoCity } from '#lib/city/demo/seed.server.ts';
import { createPersonas, isDemoCity } from '#lib/staff/demo.server.ts';
import type { Settings } from '#server/settings.ts';
import { root } from './opening.ts';

/** A command speaks through the server when one is running on the same data; the server itself says that it is one. */
export async function openHomeFor(
	settings: Settings,
	log: Log,
	as: NonNullable<HomeOptions['as']> = 'command'
): Promise<Home> {
	const { supabase } = settings;
	const home = await openHome({
		root,
		dataDir: settings.dataDir,
		demo: settings.isDemo && as === 'server',
		as,
		afterMigrate: seedDemoCity,
		log,
		...(supabase
			? { supabaseUrl: supabase.url, anonKey: supabase.anonKey, serviceKey: supabase.serviceKey }
			: {})
	});
	setHome(home);
	return home;
}

/** In the demo city, makes sure its people have accounts. Answers whether this is the demo city. */
export async function welcomePersonas(home: Home, settings: Settings): Promise<boolean> {
	const isDemo = await isDemoCity(home);
	if (isDemo && settings.isDemo) await createPersonas(home);
	return isDemo;
}
