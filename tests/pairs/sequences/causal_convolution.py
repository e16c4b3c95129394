"""Temporal convolution: padding="causal" against padding=dilation*(k-1)//2, which looks into the future.

pytorch/pytorch issue 1333.
"""

INPUTS = ("20x3",)
TRUTH = {
    "identical": False,
    "causes": [{"rules": ["causal-padding"], "keras": ["conv1d"], "torch": ["conv"]}],
}


def keras_model():
    from keras import Sequential, layers

    return Sequential(
        [
            layers.Input((20, 3)),
            layers.Conv1D(8, 3, dilation_rate=2, padding="causal", activation="relu"),
            layers.GlobalMaxPooling1D(),
            layers.Dense(2),
        ]
    )


def torch_model():
    import torch.nn.functional as F
    from torch import nn

    class TCN(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv1d(3, 8, 3, dilation=2, padding=2)
            self.fc = nn.Linear(8, 2)

        def forward(self, x):
            x = F.relu(self.conv(x.transpose(1, 2)))
            return self.fc(x.max(dim=-1).values)

    return TCN()
