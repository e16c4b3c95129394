"""Classes that share a rule."""

CONVOLUTIONS = (
    "Conv1D",
    "Conv2D",
    "Conv3D",
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    "nn.Conv1d",
    "nn.Conv2d",
    "nn.Conv3d",
)

TRANSPOSED = (
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    "nn.ConvTranspose1d",
    "nn.ConvTranspose2d",
    "nn.ConvTranspose3d",
)

OPTIMIZERS = (
    "SGD",
    "RMSprop",
    "Adagrad",
    "Adadelta",
    "Adam",
    "AdamW",
    "Adamax",
    "Nadam",
    "Adafactor",
    "Lion",
    "optim.SGD",
    "optim.RMSprop",
    "optim.Adagrad",
    "optim.Adadelta",
    "optim.Adam",
    "optim.AdamW",
    "optim.Adamax",
    "optim.NAdam",
    "optim.Adafactor",
)
