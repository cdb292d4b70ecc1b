import { describe, expect, test } from 'vitest';
import { explainUnmet, parseDotConfig } from '../../../src/kernel/kconfig/index.js';
import { smallTree } from '../small-case.js';

const kconfig = `
mainmenu "Linux/$(ARCH) Kernel Configuration"

config MODULES
	bool "Modules"
	modules

config SOUND
	tristate "Sound"

if SOUND

config SND
	tristate "ALSA"
	select SND_TIMER

endif

config SND_TIMER
	tristate

menu "Media"
	visible if MEDIA_EXPERT

config MEDIA_EXPERT
	bool "Expert"

config VIDEO_FOO
	tristate "Foo"
	depends on PCI && SND
	depends on !(SMALL || TINY)

config VIDEO_HIDDEN
	bool "Hidden"

endmenu

config PCI
	bool "PCI"

config SMALL
	bool "Small"

config TINY
	bool "Tiny"

config TRACEPOINTS
	bool

config TRACING
	bool
	select TRACEPOINTS

config FTRACE
	bool "Tracers"
	select TRACING

config TRACE_USER
	bool "Users"
	select TRACEPOINTS

config SELFTEST
	bool "Self test"
	depends on TRACEPOINTS

config FOLLOWS
	def_bool y

config LEVEL
	int "Level"
	range 1 512 if !SMALL
	range 1 8
	default 64

config NAME
	string "Name"

choice
	prompt "Unwinder"
	default UNWINDER_ORC

config UNWINDER_ORC
	bool "ORC"

config UNWINDER_FRAME_POINTER
	bool "Frame pointer"
	depends on TINY || SMALL

config UNWINDER_GUESS
	bool "Guess"

endchoice

source "sound/Kconfig"
`;

const { path } = smallTree({
  Kconfig: kconfig,
  'sound/Kconfig': 'config BEEP\n\tbool "Beep"\n\tdepends on SND=y\n',
});

/** Why `line` did not take where the .config came out as `config` says. */
function why(line: string, config = ''): string {
  const [symbol = '', value = ''] = line.split('=');
  const unmet = explainUnmet(path, [{ symbol, value }], parseDotConfig(config)).get(symbol);
  return `${unmet?.text} | ${unmet?.hint}`;
}

describe('a line that did not take', () => {
  test('names each dependency that does not hold, and what that one needs in turn', () => {
    expect(why('CONFIG_VIDEO_FOO=y', 'CONFIG_TINY=y')).toMatchInlineSnapshot(
      `"it depends on PCI, SND and on !(SMALL || TINY), which does not hold | Add CONFIG_PCI=y. Add CONFIG_SND=y, which in turn depends on SOUND. Add to the kunitconfig what makes !(SMALL || TINY) true."`,
    );
    expect(why('CONFIG_VIDEO_FOO=y', 'CONFIG_PCI=y\nCONFIG_SOUND=y')).toMatchInlineSnapshot(
      `"it depends on SND, which does not hold | Add CONFIG_SND=y."`,
    );
  });

  test('counts m as met', () => {
    expect(why('CONFIG_VIDEO_FOO=y', 'CONFIG_PCI=y\nCONFIG_SND=m\nCONFIG_SMALL=y')).toMatch(
      /^it depends on !\(SMALL \|\| TINY\), which does not hold/,
    );
  });

  test('says what selects a dependency that cannot be set by hand', () => {
    expect(why('CONFIG_SELFTEST=y')).toMatchInlineSnapshot(
      `"it depends on TRACEPOINTS, which does not hold | CONFIG_TRACEPOINTS cannot be set by hand: set what selects it, CONFIG_TRACE_USER or CONFIG_FTRACE."`,
    );
  });

  test('names the comparison that does not hold, of a file that the top one reads', () => {
    expect(why('CONFIG_BEEP=y', 'CONFIG_SND=m')).toMatchInlineSnapshot(
      `"it depends on SND=y, which does not hold | Add to the kunitconfig what makes SND=y true."`,
    );
  });

  test('suggests the symbol that was meant', () => {
    expect(why('CONFIG_VIDEO_FO=y')).toMatchInlineSnapshot(
      `"the tree has no such symbol | Did you mean "CONFIG_VIDEO_FOO"?"`,
    );
    expect(why('CONFIG_NOTHING_LIKE_IT_ANYWHERE=y')).toMatchInlineSnapshot(
      `"the tree has no such symbol | Remove the line, or use a tree that has it."`,
    );
  });

  test('names what selects a symbol that should be off, whatever else it depends on', () => {
    expect(
      why('CONFIG_SND_TIMER=n', 'CONFIG_SOUND=y\nCONFIG_SND=y\nCONFIG_SND_TIMER=y'),
    ).toMatchInlineSnapshot(`"CONFIG_SND selects it | Remove the line, or turn off CONFIG_SND."`);
  });

  test('does not blame what could select it but is off', () => {
    expect(why('CONFIG_SND_TIMER=y')).toMatchInlineSnapshot(
      `"it cannot be set by hand | Set what selects it: CONFIG_SND."`,
    );
    expect(why('CONFIG_FOLLOWS=n', 'CONFIG_FOLLOWS=y')).toMatchInlineSnapshot(
      `"it cannot be set by hand | Remove the line: its value follows from other symbols."`,
    );
  });

  test('knows a prompt that its menu hides', () => {
    expect(why('CONFIG_VIDEO_HIDDEN=y')).toMatchInlineSnapshot(
      `"it can be set only with MEDIA_EXPERT | Add CONFIG_MEDIA_EXPERT=y."`,
    );
    expect(why('CONFIG_VIDEO_HIDDEN=y', 'CONFIG_MEDIA_EXPERT=y')).toContain('Kconfig does not take');
  });

  test('of a choice names the member that is set', () => {
    expect(why('CONFIG_UNWINDER_GUESS=y', 'CONFIG_UNWINDER_ORC=y')).toMatchInlineSnapshot(
      `"CONFIG_UNWINDER_ORC of the same choice is set | Set one member of the choice alone."`,
    );
    expect(why('CONFIG_UNWINDER_FRAME_POINTER=y', 'CONFIG_UNWINDER_ORC=y')).toMatch(/^it depends on \(TINY/);
  });

  test('gives the range in force of a number outside it', () => {
    expect(why('CONFIG_LEVEL=900', 'CONFIG_LEVEL=512')).toMatchInlineSnapshot(
      `"its range is 1 to 512 | Write a number in its range."`,
    );
    expect(why('CONFIG_LEVEL=9', 'CONFIG_LEVEL=8\nCONFIG_SMALL=y')).toContain('its range is 1 to 8');
  });

  test.each([
    ['CONFIG_PCI=m', 'it is a bool: y or n'],
    ['CONFIG_PCI=1', 'it is a bool: y or n'],
    ['CONFIG_SOUND="y"', 'it is a tristate: y, m or n'],
    ['CONFIG_LEVEL=y', 'it is a whole number'],
    ['CONFIG_NAME=y', 'it is a string in double quotes'],
    ['CONFIG_SOUND=m', 'there are no modules without CONFIG_MODULES'],
  ])('%s: %s', (line, text) => {
    expect(why(line)).toMatch(text);
  });
});
