"""Neural matrix factorisation for implicit feedback, a product of embeddings beside a tower, joined in front of
one logit and trained by Nesterov momentum in both frameworks.
"""

INPUTS = ("1:int32", "1:int32")
TRAINS = True
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    def latent(ids, count, width, name):
        return layers.Flatten(name=f"{name}_flat")(layers.Embedding(count, width, name=name)(ids))

    user, item = keras.Input((1,), dtype="int32", name="user"), keras.Input((1,), dtype="int32", name="item")
    mlp_vector = layers.Concatenate(name="pair")([latent(user, 30, 12, "mlp_user"), latent(item, 50, 12, "mlp_item")])
    mf_vector = layers.Multiply(name="product")([latent(user, 30, 6, "mf_user"), latent(item, 50, 6, "mf_item")])
    for n, width in enumerate((16, 10, 6)):
        mlp_vector = layers.Dense(width, activation="relu", name=f"tower_{n}")(mlp_vector)
    both = layers.Concatenate(name="both")([mf_vector, mlp_vector])
    model = keras.Model([user, item], layers.Dense(1, name="logit")(both))
    optimizer = keras.optimizers.SGD(learning_rate=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, keras.losses.BinaryCrossentropy(from_logits=True)


def torch_model():
    import itertools

    import torch
    from torch import nn

    class NeuMF(nn.Module):
        def __init__(self, user_num=30, item_num=50, factor_num=6, num_layers=(24, 16, 10, 6)):
            super().__init__()
            self.embed_user_GMF = nn.Embedding(user_num, factor_num)
            self.embed_item_GMF = nn.Embedding(item_num, factor_num)
            self.embed_user_MLP = nn.Embedding(user_num, num_layers[0] // 2)
            self.embed_item_MLP = nn.Embedding(item_num, num_layers[0] // 2)
            modules = []
            for size_in, size_out in itertools.pairwise(num_layers):
                modules += [nn.Linear(size_in, size_out), nn.ReLU()]
            self.MLP_layers = nn.Sequential(*modules)
            self.predict_layer = nn.Linear(factor_num + num_layers[-1], 1)

        def forward(self, user, item):
            user, item = user.squeeze(-1), item.squeeze(-1)
            output_GMF = self.embed_user_GMF(user) * self.embed_item_GMF(item)
            interaction = torch.cat((self.embed_user_MLP(user), self.embed_item_MLP(item)), -1)
            return self.predict_layer(torch.cat((output_GMF, self.MLP_layers(interaction)), -1))

    model = NeuMF()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
    return model, optimizer, nn.BCEWithLogitsLoss()
