"""CaiT in Keras (talking heads as 1x1 convolutions over the heads, class attention behind the trunk), timm's Cait."""

INPUTS = ("32x32x3",)
LIBRARIES = ("timm",)
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers, ops

    class Talking(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.heads, self.scale = heads, (dim // heads) ** -0.5
            self.qkv = layers.Dense(3 * dim, name="qkv")
            self.before = layers.Conv2D(heads, 1, name="proj_l")
            self.after = layers.Conv2D(heads, 1, name="proj_w")
            self.proj = layers.Dense(dim, name="proj")

        def call(self, x):
            n, c = x.shape[1:]
            q, k, v = (ops.reshape(z, (-1, n, self.heads, c // self.heads)) for z in ops.split(self.qkv(x), 3, -1))
            scores = self.before(ops.einsum("bqhd,bkhd->bqkh", q, k) * self.scale)
            weights = self.after(ops.softmax(scores, axis=2))
            return self.proj(ops.reshape(ops.einsum("bqkh,bkhd->bqhd", weights, v), (-1, n, c)))

    class ClassAttention(layers.Layer):
        def __init__(self, dim, heads, **kwargs):
            super().__init__(**kwargs)
            self.mha = layers.MultiHeadAttention(heads, dim // heads, name="mha")

        def call(self, x):
            return self.mha(x[:, :1], x)

    class Scale(layers.Layer):
        def build(self, shape):
            self.gamma = self.add_weight(
                shape=(shape[-1],), initializer=keras.initializers.Constant(1e-4), name="gamma"
            )

        def call(self, x):
            return x * self.gamma

    class Stem(layers.Layer):
        def build(self, shape):
            self.patches = layers.Conv2D(16, 8, 8, name="patches")
            self.patches.build(shape)
            self.positions = self.add_weight(shape=(1, 16, 16), initializer="normal", name="positions")

        def call(self, x):
            return ops.reshape(self.patches(x), (-1, 16, 16)) + self.positions

    class ClassToken(layers.Layer):
        def build(self, shape):
            self.token = self.add_weight(shape=(1, 1, shape[-1]), initializer="normal", name="token")

        def call(self, x):
            return ops.broadcast_to(self.token, (ops.shape(x)[0], 1, x.shape[-1]))

    def norm(x):
        return layers.LayerNormalization(epsilon=1e-6)(x)

    def feed_forward(x):
        return layers.Dense(x.shape[-1])(layers.Dense(4 * x.shape[-1], activation="gelu")(x))

    images = keras.Input((32, 32, 3))
    x = Stem(name="stem")(images)
    for i in range(2):
        x = layers.Add()([x, Scale()(Talking(16, 4, name=f"talking_{i}")(norm(x)))])
        x = layers.Add()([x, Scale()(feed_forward(norm(x)))])
    cls = ClassToken(name="class_token")(x)
    for i in range(2):
        both = layers.Concatenate(axis=1)([cls, x])
        cls = layers.Add()([cls, Scale()(ClassAttention(16, 4, name=f"class_attention_{i}")(norm(both)))])
        cls = layers.Add()([cls, Scale()(feed_forward(norm(cls)))])
    x = norm(layers.Concatenate(axis=1)([cls, x]))
    return keras.Model(images, layers.Dense(5, name="head")(x[:, 0]))


def torch_model():
    from timm.models.cait import Cait

    return Cait(img_size=32, patch_size=8, embed_dim=16, depth=2, num_heads=4, num_classes=5)
