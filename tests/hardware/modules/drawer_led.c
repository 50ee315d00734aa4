// SPDX-License-Identifier: MIT OR GPL-2.0-only
/*
 * Line 17 of the chip "pinctrl-bcm2835" as an LED called "drawer": what `dtoverlay=gpio-led,gpio=17,label=drawer` does
 * on a Raspberry Pi, for a machine without a device tree. The chip is made by gpio-sim before this module is loaded.
 */
#include <linux/err.h>
#include <linux/gpio/machine.h>
#include <linux/leds.h>
#include <linux/module.h>
#include <linux/platform_device.h>

static struct gpiod_lookup_table line = {
	.dev_id = "leds-gpio.0",
	.table = {
		GPIO_LOOKUP_IDX("pinctrl-bcm2835", 17, NULL, 0, GPIO_ACTIVE_HIGH),
		{ },
	},
};

static const struct gpio_led led = {
	.name = "drawer",
	.default_state = LEDS_GPIO_DEFSTATE_OFF,
};

static const struct gpio_led_platform_data leds = {
	.num_leds = 1,
	.leds = &led,
};

static struct platform_device *device;

static int __init drawer_led_init(void)
{
	gpiod_add_lookup_table(&line);
	device = platform_device_register_data(NULL, "leds-gpio", 0, &leds, sizeof(leds));
	if (IS_ERR(device)) {
		gpiod_remove_lookup_table(&line);
		return PTR_ERR(device);
	}
	return 0;
}

static void __exit drawer_led_exit(void)
{
	platform_device_unregister(device);
	gpiod_remove_lookup_table(&line);
}

module_init(drawer_led_init);
module_exit(drawer_led_exit);
MODULE_DESCRIPTION("A drawer's line as an LED, for the tests of open-pos");
MODULE_LICENSE("Dual MIT/GPL");
