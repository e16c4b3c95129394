"""FiLM for visual question answering: a GRU reads the question and one Linear makes gammas and betas of all blocks
in PyTorch; in Keras every block has a dense layer for gamma and one for beta. Coordinates as extra channels, batch
norm without affine.
"""

INPUTS = ("12x12x3", "7:int32")
TRUTH = {"identical": True}


def keras_model():
    import keras
    import numpy as np
    from keras import layers, ops

    class Coordinates(layers.Layer):
        def call(self, x):
            _, height, width, _ = x.shape
            rows, cols = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
            grid = ops.cast(np.stack([cols, rows], axis=-1)[None], x.dtype)
            return ops.concatenate([x, ops.broadcast_to(grid, (ops.shape(x)[0], height, width, 2))], axis=-1)

    image = keras.Input((12, 12, 3), name="image")
    question = keras.Input((7,), dtype="int32", name="question")
    q = layers.GRU(10, name="reader")(layers.Embedding(15, 6, name="words")(question))
    x = layers.Conv2D(8, 4, strides=2, name="stem")(image)
    x = layers.ReLU()(x)
    for i in range(3):
        x = layers.Conv2D(8, 1, activation="relu", name=f"mix_{i}")(Coordinates(name=f"coord_{i}")(x))
        y = layers.Conv2D(8, 3, padding="same", use_bias=False, name=f"conv_{i}")(x)
        y = layers.BatchNormalization(center=False, scale=False, momentum=0.9, epsilon=1e-5, name=f"bn_{i}")(y)
        beta = layers.Dense(8, name=f"beta_{i}")(q)
        gamma = layers.Dense(8, name=f"gamma_{i}")(q)
        y = layers.Multiply()([y, layers.Reshape((1, 1, 8))(1.0 + gamma)])
        y = layers.ReLU()(layers.Add()([y, layers.Reshape((1, 1, 8))(beta)]))
        x = layers.Add()([x, y])
    x = layers.GlobalMaxPooling2D()(x)
    answer = layers.Dense(4, name="answer")(x)
    return keras.Model([image, question], {"answer": answer, "features": x})


def torch_model():
    import torch
    import torch.nn.functional as F
    from torch import nn

    def coord_map(x):
        b, _, h, w = x.shape
        xs = torch.linspace(-1, 1, w, dtype=x.dtype).view(1, 1, 1, w).expand(b, 1, h, w)
        ys = torch.linspace(-1, 1, h, dtype=x.dtype).view(1, 1, h, 1).expand(b, 1, h, w)
        return torch.cat([x, xs, ys], 1)

    class FiLMedResBlock(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.input_proj = nn.Conv2d(dim + 2, dim, 1)
            self.conv1 = nn.Conv2d(dim, dim, 3, padding=1, bias=False)
            self.bn1 = nn.BatchNorm2d(dim, affine=False)

        def forward(self, x, gammas, betas):
            x = F.relu(self.input_proj(coord_map(x)))
            out = self.bn1(self.conv1(x))
            out = F.relu(gammas[:, :, None, None] * out + betas[:, :, None, None])
            return x + out

    class FiLMedNet(nn.Module):
        def __init__(self, num_modules=3, dim=8):
            super().__init__()
            self.num_modules = num_modules
            self.encoder_embed = nn.Embedding(15, 6)
            self.encoder_rnn = nn.GRU(6, 10, batch_first=True)
            self.decoder_linear = nn.Linear(10, 2 * dim * num_modules)
            self.stem = nn.Conv2d(3, dim, 4, stride=2)
            self.function_modules = {}
            for fn_num in range(num_modules):
                mod = FiLMedResBlock(dim)
                self.add_module(str(fn_num), mod)
                self.function_modules[fn_num] = mod
            self.classifier = nn.Linear(dim, 4)

        def forward(self, image, question):
            _, q = self.encoder_rnn(self.encoder_embed(question))
            film = self.decoder_linear(q[-1]).view(len(image), self.num_modules, -1)
            gammas, betas = (film[..., :8] + 1), film[..., 8:]
            x = F.relu(self.stem(image))
            for fn_num in range(self.num_modules):
                x = self._modules[str(fn_num)](x, gammas[:, fn_num], betas[:, fn_num])
            feats = x.amax((2, 3))
            return {"answer": self.classifier(feats), "features": feats}

    return FiLMedNet()
