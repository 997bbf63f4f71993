// What is kept of where somebody is signed in: enough to know it again, too little to follow anybody by.
import { isIP } from 'node:net';
import { plainAddress } from '#server/address.ts';

const programs: [RegExp, string][] = [
	[/MicroMessenger/i, 'WeChat'],
	[/Edg(e|A|iOS)?\//, 'Edge'],
	[/OPR\//, 'Opera'],
	[/Firefox\/|FxiOS/, 'Firefox'],
	[/Chrome\/|CriOS/, 'Chrome'],
	[/Safari\//, 'Safari']
];
const systems: [RegExp, string][] = [
	[/HarmonyOS|OpenHarmony/i, 'HarmonyOS'],
	[/Android/, 'Android'],
	[/iPhone|iPad|iPod/, 'iOS'],
	[/Windows/, 'Windows'],
	[/Mac OS X|Macintosh/, 'macOS'],
	[/Linux|X11/, 'Linux']
];

/** 'Chrome · Android': the family of programs and the system, never a version or a model. Null when it names neither. */
export function agentFamily(userAgent: string | null): string | null {
	const find = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent ?? ''))?.[1];
	return [find(programs), find(systems)].filter(Boolean).join(' · ') || null;
}

/** The block an address lies in: of IPv4 the first half, of IPv6 the first quarter of what a provider gives out. */
export function coarseNetwork(address: string): string | null {
	const plain = plainAddress(address.replace(/%.*$/, ''));
	const version = isIP(plain);
	if (version === 4) return `${plain.split('.').slice(0, 2).join('.')}.0.0/16`;
	if (version !== 6) return null;
	const groups = plain.toLowerCase().split('::')[0]!.split(':').slice(0, 2);
	return `${groups.filter(Boolean).join(':')}::/32`;
}
