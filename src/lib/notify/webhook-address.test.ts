import { describe, expect, it } from 'vitest';
import { addressFault, isPrivateAddress } from './webhook-address.ts';

describe('an address of a webhook', () => {
	it.each(['https://city.example/hook', 'https://8.8.8.8/', 'https://[2606:4700::1111]:8443/x?y=1'])(
		'may be %s',
		(url) => expect(addressFault(url, false)).toBeNull()
	);

	it.each([
		['city.example', 'bad_address'],
		['ftp://city.example', 'bad_address'],
		['https://name:password@city.example', 'bad_address'],
		['https://city.example/#part', 'bad_address'],
		['http://city.example', 'https_needed'],
		['https://localhost/', 'private_address'],
		['https://db.internal/', 'private_address'],
		['https://127.0.0.1/', 'private_address'],
		// All of these are 127.0.0.1 or 10.0.0.1, written otherwise.
		['https://0x7f.1/', 'private_address'],
		['https://2130706433/', 'private_address'],
		['https://[::1]/', 'private_address'],
		['https://[::ffff:127.0.0.1]/', 'private_address'],
		['https://[::ffff:a00:1]/', 'private_address'],
		['https://[64:ff9b::a00:1]/', 'private_address'],
		['https://[2002:a00:1::]/', 'private_address'],
		['https://169.254.169.254/latest/meta-data', 'private_address'],
		['https://100.100.100.200/', 'private_address'],
		['https://[fd00::1]/', 'private_address'],
		['https://[fe80::1]/', 'private_address']
	])('%s is refused: %s', (url, fault) => expect(addressFault(url, false)).toBe(fault));

	it('may lie in the city’s own network where the city says so', () => {
		expect(addressFault('http://10.0.0.7:8080/hook', true)).toBeNull();
		expect(addressFault('ftp://10.0.0.7', true)).toBe('bad_address');
	});
});

describe('an address a name stands for', () => {
	it.each([
		'10.1.2.3',
		'172.16.0.1',
		'172.31.255.255',
		'192.168.1.1',
		'0.0.0.0',
		'224.0.0.1',
		'::',
		'no address'
	])('%s is private', (address) => expect(isPrivateAddress(address)).toBe(true));
	it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '2400:3200::1'])('%s is public', (address) =>
		expect(isPrivateAddress(address)).toBe(false)
	);
});
