// What every command needs before it can do anything: a Node that is new enough, settings that make sense, messages
// compiled, and sentences instead of stack traces when one of these fails.
import { compileMessages } from '#lib/i18n/compile-messages.js';
import { readSettings, setSettings, SettingsProblem, type Settings } from '#server/settings.ts';

/** The project's folder: commands may be called from anywhere. */
export const root = new URL('../../', import.meta.url).pathname.replace(/\/$/, '');

export function openSettings(): Settings {
	const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
	if (major < 22 || (major === 22 && minor < 18)) {
		giveUp(
			`Kerbside needs Node 22.18 or newer; this is ${process.version}. "npm start" brings its own. / ` +
				`需要 Node 22.18 以上版本，请用 npm start 启动。`
		);
	}
	compileMessages(root);
	process.env.KERBSIDE_ROOT ??= root;
	try {
		const settings = readSettings(process.env);
		setSettings(settings);
		return settings;
	} catch (problem) {
		if (!(problem instanceof SettingsProblem)) throw problem;
		return giveUp(
			`These settings cannot be used / 以下设置无法使用:\n${problem.problems.map((line) => `  ${line}`).join('\n')}`
		);
	}
}

export function giveUp(sentence: string): never {
	console.error(sentence);
	process.exit(1);
}
