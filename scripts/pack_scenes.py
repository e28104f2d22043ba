"""Pack the scenes that the demo grows on, after a change of their renderer: `python scripts/pack_scenes.py`."""

from ganatomy.data.packaged_scenes import IMAGE_SIZE, NUM_IMAGES, PACKED, SEED, pack_scenes
from ganatomy.data.scenes import render

if __name__ == "__main__":
    pack_scenes(render(SEED, NUM_IMAGES, IMAGE_SIZE)[0])
    print(f"{PACKED}: {PACKED.stat().st_size / 1e6:.1f} MB")
