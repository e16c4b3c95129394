"""SegFormer's encoder: MiTBackbone of keras-hub against SegformerModel, both as they are. Features differ by 4e-4.

keras.ops.nn.gelu is the tanh form by default; the norms of the blocks have 1e-6 here and 1e-5 there.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras-hub", "transformers")
TRUTH = {
    "identical": False,
    "causes": [
        {
            "rules": ["norm-epsilon"],
            "keras": ["*layer_normalization*", "*norm1", "*norm2", "*hierarchical*"],
            "torch": ["segformer.stages.*.layernorm_before", "segformer.stages.*.layernorm_after"],
        },
        {
            "rules": ["gelu-form"],
            "keras": ["*mix_ffn*", "*mlp*", "*depthwise_conv2d*", "*hierarchical*", "*dwconv*"],
            "torch": ["segformer.stages.*.mlp*"],
        },
    ],
}


def keras_model():
    from keras_hub.models import MiTBackbone

    return MiTBackbone(
        layerwise_depths=[1, 1],
        num_layers=2,
        layerwise_num_heads=[1, 2],
        layerwise_sr_ratios=[4, 2],
        max_drop_path_rate=0.0,
        layerwise_patch_sizes=[7, 3],
        layerwise_strides=[4, 2],
        image_shape=(32, 32, 3),
        hidden_dims=[8, 16],
    )


def torch_model():
    from torch import nn
    from transformers import SegformerConfig, SegformerModel

    class Features(nn.Module):
        def __init__(self):
            super().__init__()
            config = SegformerConfig(
                num_encoder_blocks=2,
                depths=[1, 1],
                sr_ratios=[4, 2],
                hidden_sizes=[8, 16],
                patch_sizes=[7, 3],
                strides=[4, 2],
                num_attention_heads=[1, 2],
                mlp_ratios=[4, 4],
                drop_path_rate=0.0,
            )
            self.segformer = SegformerModel(config)

        def forward(self, x):
            return self.segformer(x).last_hidden_state

    return Features()
