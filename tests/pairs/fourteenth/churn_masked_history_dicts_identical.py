"""Churn and spending from a customer's history and profile: Keras has named inputs and outputs and an LSTM behind
mask_zero; the PyTorch model steps an LSTM cell by hand and keeps the state where the item is zero.
"""

INPUTS = ("12:int32", "5")
TRUTH = {"identical": True}


def keras_model():
    import keras
    from keras import layers

    history = keras.Input((12,), dtype="int32", name="history")
    profile = keras.Input((5,), name="profile")
    x = layers.Embedding(30, 8, mask_zero=True, name="items")(history)
    x = layers.LSTM(10, name="reader")(x)
    person = layers.Dense(6, activation="tanh", name="person")(profile)
    joined = layers.concatenate([person, x], name="joined")
    joined = layers.Dense(12, activation="relu", name="trunk")(joined)
    outputs = {
        "churn": layers.Dense(1, activation="sigmoid", name="churn")(joined),
        "spend": layers.Dense(3, name="spend")(joined),
    }
    return keras.Model({"history": history, "profile": profile}, outputs)


def torch_model():
    import torch
    from torch import nn

    class Customer(nn.Module):
        def __init__(self, items=30, width=10):
            super().__init__()
            self.spend_head = nn.Linear(12, 3)
            self.churn_head = nn.Linear(12, 1)
            self.cell = nn.LSTMCell(8, width)
            self.item_emb = nn.Embedding(items, 8)
            self.profile_net = nn.Sequential(nn.Linear(5, 6), nn.Tanh())
            self.fuse = nn.Sequential(nn.Linear(6 + width, 12), nn.ReLU())

        def encode(self, history):
            emb = self.item_emb(history)
            keep = history.ne(0)
            h = c = emb.new_zeros(emb.shape[0], self.cell.hidden_size)
            for t in range(history.shape[1]):
                h_new, c_new = self.cell(emb[:, t], (h, c))
                real = keep[:, t, None]
                h, c = torch.where(real, h_new, h), torch.where(real, c_new, c)
            return h

        def forward(self, history, profile):
            z = self.fuse(torch.cat([self.profile_net(profile), self.encode(history)], dim=-1))
            return {"churn": torch.sigmoid(self.churn_head(z)), "spend": self.spend_head(z)}

    return Customer()
