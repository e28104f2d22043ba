"""Where images come from: folders, zips, CIFAR-10, procedural scenes; and points of 2-D mixtures."""
