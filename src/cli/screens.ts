// The addresses a person opens, one line each, in both languages.
import { networkInterfaces } from 'node:os';
import { addressOf, type Settings } from '#server/settings.ts';

const screens = [
	['/', '地图', 'Map'],
	['/snap', '随手拍', 'Snapshot'],
	['/track', '查进度', 'Follow a report'],
	['/desk', '工作台', 'Desk'],
	['/wall', '大屏', 'Wall'],
	['/board', '结案榜', 'Board'],
	['/hotspots', '热点', 'Hotspots'],
	['/forecast', '预报', 'Forecast'],
	['/patrol', '巡查', 'Patrol'],
	['/admin', '管理', 'Administration'],
	['/sign-in', '登录', 'Sign in']
] as const;

/** Chinese characters are two columns wide in a terminal. */
function pad(text: string, columns: number): string {
	const width = [...text].reduce((sum, char) => sum + (char.charCodeAt(0) > 0x2e7f ? 2 : 1), 0);
	return text + ' '.repeat(Math.max(0, columns - width));
}

export function screenLines(settings: Settings, port: number, isDemoCity: boolean): string[] {
	const address = addressOf(settings, port);
	const lines = screens.map(([path, zh, en]) => `  ${pad(zh, 8)}${pad(en, 18)}${address}${path}`);
	if (isDemoCity) lines.push('  演示数据：街道、案件均为虚构。/ Demo data: streets and cases are invented.');
	if (/^(0\.0\.0\.0|::)$/.test(settings.host)) {
		const scheme = settings.tls ? 'https' : 'http';
		for (const own of ownAddresses())
			lines.push(`  ${pad('本机', 8)}${pad('This machine', 18)}${scheme}://${own}:${port}/`);
		if (!settings.tls && !settings.origin) {
			lines.push(
				'  手机拍照和定位需要 https（TLS_CERT、TLS_KEY）。/ Phones need https for camera and position.'
			);
		}
	}
	return lines;
}

function ownAddresses(): string[] {
	return Object.values(networkInterfaces())
		.flatMap((entries) => entries ?? [])
		.filter((entry) => entry.family === 'IPv4' && !entry.internal)
		.map((entry) => entry.address);
}
