"""Transfer learning: a published backbone, optionally frozen, under a new head."""

from collections import OrderedDict

from torch import nn

from torch_impl.arguments import check_choice, check_rate, check_size
from torch_impl.layers.dense_head import dense_head
from torch_impl.layers.efficientnet import EfficientNet
from torch_impl.layers.resnet import BasicBlock, Bottleneck, ResNet


class TransferModel(nn.Module):
    """Image (B, 3, H, W) -> logits (B, classes).

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

    def __init__(self, backbone="resnet18", classes=10, frozen=False, head="mlp", dropout=0.3):
        super().__init__()
        check_choice("backbone", backbone, ("resnet18", "resnet50", "efficientnet_b0"))
        check_size("classes", classes)
        check_choice("head", head, ("mlp", "linear"))
        check_rate("dropout", dropout)
        self.backbone, width = body(backbone)
        if backbone == "efficientnet_b0" and head == "mlp":
            self.head = nn.Sequential(OrderedDict(drop=nn.Dropout(dropout), out=nn.Linear(width, classes)))
        else:
            self.head = dense_head(width, 256 if head == "mlp" else 0, classes, dropout)
        if frozen:
            self.backbone.requires_grad_(False)
            self.train(self.training)

    def train(self, mode=True):
        super().train(mode)
        for module in self.backbone.modules():
            if isinstance(module, nn.BatchNorm2d) and not module.weight.requires_grad:
                module.eval()  # rule: norm-frozen
        return self

    def forward(self, image):
        return self.head(self.backbone(image))


def body(backbone):
    if backbone == "efficientnet_b0":
        return EfficientNet(3, 0.2), 1280
    if backbone == "resnet50":
        return ResNet(Bottleneck, (3, 4, 6, 3)), 2048
    return ResNet(BasicBlock, (2, 2, 2, 2)), 512
