"""The notifier as an AWS Lambda function: the same rules over DynamoDB and SQS, without Django."""
