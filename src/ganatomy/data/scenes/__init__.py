"""Procedural outdoor scenes with exact masks, the embedded data of the package."""

from ganatomy.data.scenes.concepts import CONCEPTS
from ganatomy.data.scenes.render import render, renderer_version
from ganatomy.data.scenes.table import DEFAULT, PRESETS, SceneTable

__all__ = ["CONCEPTS", "DEFAULT", "PRESETS", "SceneTable", "render", "renderer_version"]
