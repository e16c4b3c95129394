"""CSPDarknet: CSPNetBackbone of keras-hub, which was ported from timm, and timm's CspNet, two small stages.

keras-hub left Keras's momentum in the norms; on the torch side it is set after building.
"""

INPUTS = ("32x32x3",)
LIBRARIES = ("keras-hub", "timm")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras_hub.models import CSPNetBackbone

    backbone = CSPNetBackbone(
        stem_filters=8,
        stem_kernel_size=3,
        stem_strides=1,
        stem_padding="same",
        stackwise_depth=(1, 2),
        stackwise_strides=2,
        stackwise_num_filters=(16, 24),
        block_type="dark_block",
        stage_type="csp",
        bottle_ratio=(0.5, 1.0),
        block_ratio=(1.0, 0.5),
        expand_ratio=(2.0, 1.0),
        down_growth=True,
        image_shape=(32, 32, 3),
    )
    x = keras.layers.GlobalAveragePooling2D(name="pool")(backbone.output)
    return keras.Model(backbone.input, keras.layers.Dense(4, name="predictions")(x))


def torch_model():
    from timm.models.cspnet import CspModelCfg, CspNet, CspStagesCfg, CspStemCfg
    from torch import nn

    net = CspNet(
        CspModelCfg(
            stem=CspStemCfg(out_chs=8, kernel_size=3, stride=1, pool=""),
            stages=CspStagesCfg(
                depth=(1, 2),
                out_chs=(16, 24),
                stride=2,
                expand_ratio=(2.0, 1.0),
                bottle_ratio=(0.5, 1.0),
                block_ratio=(1.0, 0.5),
                down_growth=True,
                stage_type="csp",
                block_type="dark",
            ),
        ),
        num_classes=4,
    )
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.momentum = 0.01
    return net
