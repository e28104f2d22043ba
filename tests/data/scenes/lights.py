"""A light with round numbers."""

from ganatomy.data.scenes.light import Light

NOON = Light(
    sun=(0.0, 1.0, 0.0), sun_color=(2.0, 1.0, 0.5), ambient=(0.4, 0.5, 0.6), zenith=(0.1, 0.2, 0.6),
    rim=(0.5, 0.6, 0.7), haze=0.01, dusk=False, clouds=0.0, disc_row=-1.0, disc_column=0.5, exposure=1.0, warmth=0.0,
)  # fmt: skip
