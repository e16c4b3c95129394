"""The BERT of keras_impl, mask from token 0, against BertForSequenceClassification with an attention mask."""

INPUTS = ("9:int32", "9:int32")
LIBRARIES = ("transformers",)
TRUTH = {"identical": True}


def keras_model():
    from keras_impl.models.bert import build_bert

    return build_bert(vocabulary=21, length=12, segments=2, classes=3, width=8, heads=2, depth=2, units=12)


def torch_model():
    from torch import nn
    from transformers import BertConfig, BertForSequenceClassification

    class Classifier(nn.Module):
        def __init__(self):
            super().__init__()
            config = BertConfig(
                vocab_size=21,
                hidden_size=8,
                num_hidden_layers=2,
                num_attention_heads=2,
                intermediate_size=12,
                max_position_embeddings=12,
                num_labels=3,
                pad_token_id=None,
            )
            self.model = BertForSequenceClassification(config)

        def forward(self, tokens, segments):
            mask = (tokens != 0).long()
            return self.model(tokens, attention_mask=mask, token_type_ids=segments).logits

    return Classifier()
