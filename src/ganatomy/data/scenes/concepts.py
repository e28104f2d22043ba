"""The concepts of a scene: a label value is an index into `CONCEPTS`."""

CONCEPTS: tuple[str, ...] = (
    "other", "sky", "cloud", "sun", "mountain", "water", "grass",
    "road", "tree", "building", "door", "window", "roof", "boat",
)  # fmt: skip
"""Names of the labels; `other` is sand, rock and pavement."""

OTHER, SKY, CLOUD, SUN, MOUNTAIN, WATER, GRASS = range(7)
ROAD, TREE, BUILDING, DOOR, WINDOW, ROOF, BOAT = range(7, 14)
