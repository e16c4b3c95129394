"""Transfer learning: a published backbone, optionally frozen, under a new head."""

from keras import Input, Model, layers

from keras_impl.arguments import check_choice, check_rate, check_size
from keras_impl.layers.dense_head import dense_head
from keras_impl.layers.efficientnet import efficientnet
from keras_impl.layers.resnet import basic_block, bottleneck, resnet


def build_transfer_model(backbone="resnet18", classes=10, frozen=False, head="mlp", dropout=0.3):
    """Image (B, H, W, 3) -> logits (B, classes).

    Args:
        backbone: "resnet18", "resnet50" or "efficientnet_b0".
        classes: width of the head.
        frozen: the backbone is not trained and its batch norm stays in inference mode.
        head: "mlp" is dense 256 -> ReLU -> dropout -> dense on a ResNet, dropout -> dense on EfficientNet;
            "linear" is one dense layer.
        dropout: rate inside the "mlp" head, in [0, 1).

    Raises:
        ValueError: naming the argument, its value and what was expected.
    """
    check_choice("backbone", backbone, ("resnet18", "resnet50", "efficientnet_b0"))
    check_size("classes", classes)
    check_choice("head", head, ("mlp", "linear"))
    check_rate("dropout", dropout)
    image = Input((None, None, 3), name="image")
    features = body(image, backbone, "backbone.")
    if backbone == "efficientnet_b0" and head == "mlp":
        x = layers.Dropout(dropout, name="head.drop")(features)
        logits = layers.Dense(classes, name="head.out")(x)
    else:
        logits = dense_head(features, 256 if head == "mlp" else 0, classes, dropout, "head")
    model = Model(image, logits, name="transfer_model")
    if frozen:
        for layer in Model(image, features).layers:
            layer.trainable = False
    return model


def body(image, backbone, prefix):
    if backbone == "efficientnet_b0":
        return efficientnet(image, 0.2, prefix)
    if backbone == "resnet50":
        return resnet(image, bottleneck, (3, 4, 6, 3), prefix)
    return resnet(image, basic_block, (2, 2, 2, 2), prefix)
