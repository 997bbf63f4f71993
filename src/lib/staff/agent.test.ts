import { expect, it } from 'vitest';
import { agentFamily, coarseNetwork } from './agent.ts';

it.each([
	[
		'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
		'Chrome · Linux'
	],
	[
		'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1',
		'Safari · iOS'
	],
	[
		'Mozilla/5.0 (Linux; Android 14; V2301A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.47',
		'WeChat · Android'
	],
	[
		'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0',
		'Edge · Windows'
	],
	['curl/8.5', null],
	[null, null]
])('of %s the family is kept: %s', (agent, family) => {
	expect(agentFamily(agent)).toBe(family);
});

it.each([
	['10.21.32.43', '10.21.0.0/16'],
	['::ffff:10.21.32.43', '10.21.0.0/16'],
	['2001:db8:1:2::3', '2001:db8::/32'],
	['fe80::1%eth0', 'fe80::/32'],
	['::1', '::/32'],
	['unix', null]
])('of %s the block is kept: %s', (address, block) => {
	expect(coarseNetwork(address)).toBe(block);
});
