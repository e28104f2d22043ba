"""Tiny untrained networks of the transformers library, written as whole folders, and what reads words for them."""

import json
from pathlib import Path

import torch
from transformers import (
    CLIPSegConfig,
    CLIPSegForImageSegmentation,
    CLIPTokenizer,
    ConvNextConfig,
    Mask2FormerConfig,
    Mask2FormerForUniversalSegmentation,
    MaskFormerConfig,
    MaskFormerForInstanceSegmentation,
    OneFormerConfig,
    OneFormerForUniversalSegmentation,
    PreTrainedConfig,
    PreTrainedModel,
    SegformerConfig,
    SegformerForSemanticSegmentation,
    SwinConfig,
    UperNetConfig,
    UperNetForSemanticSegmentation,
)

LABELS = ["wall", "tree, plant", "screen", "screen; display", "Background"]
CONCEPTS = ("wall", "tree", "screen", "screen 2", "Background")

IMAGENET = {
    "do_normalize": True,
    "do_rescale": True,
    "do_resize": True,
    "image_mean": [0.485, 0.456, 0.406],
    "image_std": [0.229, 0.224, 0.225],
    "resample": 2,
    "rescale_factor": 1 / 255,
}
STAGES = ["stage1", "stage2", "stage3", "stage4"]
OF_LOGITS, OF_MASKS = ["segformer", "upernet"], ["mask2former", "maskformer", "oneformer"]


def write_model(folder: Path, kind: str, size: object = None) -> Path:
    """Write a network with its settings, by default for inputs of 64 x 64 pixels, and return the folder."""
    torch.manual_seed(0)
    network = _network(kind, {"id2label": dict(enumerate(LABELS)), "label2id": {k: i for i, k in enumerate(LABELS)}})
    spread(network)
    network.save_pretrained(folder)
    settings = {**IMAGENET, "size": size or {"height": 64, "width": 64}}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    if kind == "oneformer":
        tokenizer().save_pretrained(folder)
    return folder


def write_clipseg(folder: Path) -> Path:
    """Write a CLIPSeg for inputs of 32 x 32 pixels in patches of 8."""
    words = tokenizer()
    text = {"vocab_size": len(words), "eos_token_id": words.eos_token_id, "bos_token_id": words.bos_token_id}
    layers = {"hidden_size": 16, "intermediate_size": 16, "num_hidden_layers": 3, "num_attention_heads": 2}
    config = CLIPSegConfig(
        text_config={**text, **layers, "max_position_embeddings": 12, "pad_token_id": words.pad_token_id},
        vision_config={**layers, "image_size": 32, "patch_size": 8},
        projection_dim=16,
        extract_layers=[0, 1, 2],
        reduce_dim=8,
        decoder_num_attention_heads=2,
        decoder_intermediate_size=16,
    )
    torch.manual_seed(0)
    network = CLIPSegForImageSegmentation(config)
    spread(network)
    network.save_pretrained(folder)
    words.save_pretrained(folder)
    settings = {**IMAGENET, "size": {"height": 32, "width": 32}}
    (folder / "preprocessor_config.json").write_text(json.dumps(settings))
    return folder


def spread(network: PreTrainedModel) -> None:
    """Widen the weights, so that an untrained network does not give the same everywhere."""
    for weight in network.parameters():
        if weight.ndim > 1:
            weight.data.mul_(4)


def tokenizer() -> CLIPTokenizer:
    """Return a tokenizer of letters."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    tokens = ["<|startoftext|>", *letters, *(letter + "</w>" for letter in letters), "<|endoftext|>"]
    return CLIPTokenizer(vocab={token: index for index, token in enumerate(tokens)}, merges=[])


def _network(kind: str, labels: dict[str, object]) -> PreTrainedModel:
    if kind == "segformer":
        sizes = {"hidden_sizes": [8, 8, 16, 16], "num_attention_heads": [1, 1, 2, 2], "decoder_hidden_size": 16}
        return SegformerForSemanticSegmentation(SegformerConfig(depths=[1] * 4, **sizes, **labels))
    if kind == "upernet":
        backbone = ConvNextConfig(hidden_sizes=[4, 8, 8, 16], depths=[1] * 4, out_features=STAGES)
        sizes = {"hidden_size": 8, "use_auxiliary_head": False}
        return UperNetForSemanticSegmentation(UperNetConfig(backbone_config=backbone, **sizes, **labels))
    heads = {"encoder_layers": 1, "encoder_feedforward_dim": 16, "num_attention_heads": 2, "dim_feedforward": 16}
    if kind == "mask2former":
        sizes = {"feature_size": 32, "mask_feature_size": 32, "hidden_dim": 32, "decoder_layers": 2, "num_queries": 5}
        return Mask2FormerForUniversalSegmentation(
            Mask2FormerConfig(backbone_config=_swin(), **heads, **sizes, **labels)
        )
    if kind == "maskformer":
        return MaskFormerForInstanceSegmentation(_maskformer(labels))
    sizes = {"conv_dim": 32, "mask_dim": 32, "hidden_dim": 32, "decoder_layers": 2, "num_queries": 5}
    text = {"query_dec_layers": 1, "text_encoder_width": 16, "text_encoder_num_layers": 1, "text_encoder_n_ctx": 2}
    config = OneFormerConfig(
        backbone_config=_swin(), task_seq_len=24, text_encoder_vocab_size=54, **heads, **sizes, **text, **labels
    )
    return OneFormerForUniversalSegmentation(config)


def _maskformer(labels: dict[str, object]) -> PreTrainedConfig:
    decoder = {"type": "detr", "d_model": 32, "decoder_layers": 1, "decoder_attention_heads": 2, "num_queries": 5}
    encoder = {"encoder_layers": 1, "encoder_attention_heads": 2, "encoder_ffn_dim": 16, "decoder_ffn_dim": 16}
    config = MaskFormerConfig(fpn_feature_size=32, mask_feature_size=32, **labels)
    config.backbone_config = _swin()
    config.decoder_config = type(config.decoder_config)(**{**decoder, **encoder})
    return config


def _swin() -> SwinConfig:
    sizes = {"embed_dim": 8, "depths": [1] * 4, "num_heads": [1, 1, 2, 2], "window_size": 2}
    return SwinConfig(image_size=32, patch_size=4, **sizes, out_features=STAGES)
